// error[E0277]: the trait bound `Mine: … sealed::Statement` is not satisfied … is a "sealed trait"
use custodian::access::scope::Statement;
use sqlx::PgConnection;

pub struct Mine;

impl Mine { // right
impl Statement<i64> for Mine { // wrong
    async fn all(self, _: &mut PgConnection) -> sqlx::Result<Vec<i64>> {
        Ok(vec![])
    }
    async fn optional(self, _: &mut PgConnection) -> sqlx::Result<Option<i64>> {
        Ok(None)
    }
}
