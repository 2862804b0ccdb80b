//! My day and chart requests.

mod my_day;
mod requests;
