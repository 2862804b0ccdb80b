// error[E0616]: field `opened` of struct … Chart` is private
use custodian::access::Chart;
use custodian::access::policy::Sight;

pub fn widen(chart: &mut Chart<'_>) {
    let mut sight = chart.sight(); // right
    let sight: &mut Sight = &mut chart.opened.sight; // wrong
    sight.sensitive = true;
}
