//! Addresses of the room.

use crate::base::id::TaskId;

pub fn my_day() -> &'static str {
    "/"
}

pub fn closure(task: TaskId) -> String {
    format!("/tasks/{task}/closure")
}
