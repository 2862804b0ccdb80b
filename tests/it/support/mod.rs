//! What tests stand on: a database each, the application in memory, people who send requests, charts made to order.

pub mod app;
pub mod db;
pub mod given;
pub mod html;
pub mod made;
pub mod who;
