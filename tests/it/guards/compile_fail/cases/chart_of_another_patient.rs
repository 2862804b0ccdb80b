// error[E0451]: fields `connection`, … `patient`, … of struct … Chart` are private
use custodian::access::Chart;
use custodian::base::id::PatientId;

pub fn turn<'c>(chart: Chart<'c>, _other: PatientId) -> Chart<'c> {
    chart // right
    Chart { patient: _other, ..chart } // wrong
}
