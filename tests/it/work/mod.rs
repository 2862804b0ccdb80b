//! My day and chart requests.

mod my_day;
mod open_tasks;
mod requests;
