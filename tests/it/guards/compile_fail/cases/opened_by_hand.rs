// error[E0603]: struct `Opened` is private
use custodian::access::scope::Desk; // right
use custodian::access::scope::Opened; // wrong
