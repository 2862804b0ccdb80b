// error[E0616]: field `connection` of struct … Chart` is private
use custodian::access::Chart;

pub fn take(chart: &mut Chart<'_>) {
    let _patient = chart.patient(); // right
    let _connection = &mut chart.connection; // wrong
}
