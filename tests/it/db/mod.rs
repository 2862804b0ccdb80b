//! The ground floor: the private PostgreSQL, migrations and the pool.

mod embedded;
mod pool;
