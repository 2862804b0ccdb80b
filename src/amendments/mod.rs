//! A person's request for amendment of their record, from receipt to whoever relies on the entry (45 CFR 164.526, DOC-11).
//!
//! Words: a *request* names documents or an entry, what is to change and why. It is *assigned* to the author, who gives an opinion, or to who
//! decides; the task is their right to open those documents and no others. It is *acted* on within 60 days of receipt: **granted**, which is an
//! `amendment` entry linked with the document both ways and the person told; or **denied** on one of four grounds by a letter. One *extension*
//! of at most 30 days, told to the person within the 60. After a denial come the person's *statement of disagreement*, our *rebuttal* with its
//! copy to them, or their ask to *attach* request and denial. Each of these is a step, a row that is never changed; the database refuses a step
//! out of order or out of time. [`rules::accompanies`] says what goes with a document whenever it leaves the house.
//!
//! The room of releases holds this once it is built (design 2.2); until then it stands alone.
//!
//! Tables: `amendment_requests`, `amendment_targets`, `amendment_steps`, `amendment_recipients`, `amendment_notices`, `amendment_tasks`.
//! Acts: `ListAmendments`, `ViewAmendments`, `RecordAmendment`, `HandleAmendment`, `AdviseAmendment`, `DecideAmendment`,
//! `CarryOutAmendment`, `AnswerDenial`, `PrintAmendment`.

pub mod model;
pub mod rules;
pub mod store;
pub mod urls;

mod pages;
mod web;

pub use web::routes;
