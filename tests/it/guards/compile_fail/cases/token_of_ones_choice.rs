// error[E0423]: cannot initialize a tuple struct which contains private fields
use custodian::access::session::Token;

pub fn forge() -> Option<Token> {
    Token::parse("") // right
    Some(Token([7; 32])) // wrong
}
