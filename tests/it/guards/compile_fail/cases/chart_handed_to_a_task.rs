// error[E0521]: borrowed data escapes outside of function
use custodian::access::Chart;

pub fn defer(chart: &mut Chart<'_>) {
    let patient = chart.patient();
    tokio::spawn(async move { patient }); // right
    tokio::spawn(async move { (patient, chart.patient()) }); // wrong
}
