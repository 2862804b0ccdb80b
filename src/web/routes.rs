//! Routes, each registered with the act it performs. The list is data: the guards visit every row as every role.
//!
//! A route with an act asks its handler for the application, then the [`Viewer`], then what else it needs; a posted one ends with the house's
//! [`Form`], which refuses what another site sent. Left out, the program does not compile.

use axum::Router;
use axum::extract::State;
use axum::handler::Handler;
use axum::routing;

use self::arguments::{Sent, Signed};

use super::form::Form;
use super::state::App;
use super::viewer::Viewer;
use crate::access::act::Act;

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Signed in, and the gate decides about this act.
    Act(Act),
    /// Anybody: sign-in, health. Said loudly.
    Open,
}

/// One row of the route list.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub door: Door,
    /// Of the page of a form: the act that sending it is. The page itself is a look.
    pub sends: Option<Act>,
}

/// What handlers take, as axum spells it: a mark, then the arguments in order.
mod arguments {
    use super::{App, Form, State, Viewer};

    #[diagnostic::on_unimplemented(
        message = "a route with an act needs to know who comes",
        note = "take `State<App>`, then `Viewer`, then the rest; a page for anybody says `.open(..)`"
    )]
    pub trait Signed {}

    #[diagnostic::on_unimplemented(
        message = "a form with an act is checked for forgery",
        note = "take `State<App>`, then `Viewer`, then the rest, and `web::form::Form` last"
    )]
    pub trait Sent {}

    macro_rules! arguments {
        ($($other:ident)*) => {
            impl<Mark, $($other),*> Signed for (Mark, State<App>, Viewer, $($other),*) {}
            impl<Mark, $($other,)* Fields> Sent for (Mark, State<App>, Viewer, $($other,)* Form<Fields>) {}
        };
    }
    arguments!();
    arguments!(A);
    arguments!(A B);
    arguments!(A B C);
}

/// A feature's routes.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    /// Forms with a file in them: their extractor bounds what it reads, so the limit of ordinary forms is not theirs.
    uploads: Router<App>,
    list: Vec<Route>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn get<H: Handler<T, App>, T: Signed + 'static>(self, path: &'static str, act: Act, handler: H) -> Self {
        self.add("GET", path, Door::Act(act), routing::get(handler))
    }

    /// The page of a form: looking at it is one act, sending it another, and whoever may not send it is refused as the sender
    /// ([`crate::access::Gate::form`]).
    #[must_use]
    pub fn form<H: Handler<T, App>, T: Signed + 'static>(
        self,
        path: &'static str,
        look: Act,
        sends: Act,
        handler: H,
    ) -> Self {
        let mut routes = self.get(path, look, handler);
        if let Some(route) = routes.list.last_mut() {
            route.sends = Some(sends);
        }
        routes
    }

    #[must_use]
    pub fn post<H: Handler<T, App>, T: Sent + 'static>(self, path: &'static str, act: Act, handler: H) -> Self {
        self.add("POST", path, Door::Act(act), routing::post(handler))
    }

    /// A form with a file in it; its handler takes [`super::upload::Upload`].
    #[must_use]
    pub fn upload<H: Handler<T, App>, T: 'static>(mut self, path: &'static str, act: Act, handler: H) -> Self {
        self.uploads = self.uploads.route(path, routing::post(handler));
        self.list.push(Route { method: "POST", path, door: Door::Act(act), sends: None });
        self
    }

    /// A page anybody may see.
    #[must_use]
    pub fn open<H: Handler<T, App>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add("GET", path, Door::Open, routing::get(handler))
    }

    /// A form anybody may send.
    #[must_use]
    pub fn open_post<H: Handler<T, App>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.add("POST", path, Door::Open, routing::post(handler))
    }

    #[must_use]
    pub fn and(mut self, other: Routes) -> Self {
        self.router = self.router.merge(other.router);
        self.uploads = self.uploads.merge(other.uploads);
        self.list.extend(other.list);
        self
    }

    /// The list, and the routers it describes: ordinary routes, and those that take files.
    pub fn into_parts(self) -> (Vec<Route>, Router<App>, Router<App>) {
        (self.list, self.router, self.uploads)
    }

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        door: Door,
        handler: routing::MethodRouter<App>,
    ) -> Self {
        self.router = self.router.route(path, handler);
        self.list.push(Route { method, path, door, sends: None });
        self
    }
}
