//! What an event type is of: the facts that metrics and questions group and filter by.

use schemas::record::{EventCategory, EventTypeRecord, Outcome};

/// An event type's public-facing facts. They are as public as its name: a value leaves only as, or in, a released key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// The type in words that tell it from all others.
    pub(crate) label: String,
    /// What happens, however it goes.
    pub(crate) name: String,
    /// Kind of activity, by key.
    pub(crate) category: u64,
    pub(crate) method: String,
    pub(crate) route: String,
    /// 0: none.
    pub(crate) status: u16,
    pub(crate) outcome: Outcome,
}

impl Call {
    pub(crate) fn of(record: &EventTypeRecord<'_>) -> Self {
        let category = match record.category {
            EventCategory::Other => 0,
            EventCategory::Login => 1,
            EventCategory::Transaction => 2,
            EventCategory::DataAccess => 3,
            EventCategory::Error => 4,
        };
        Self {
            label: record.label(),
            name: record.name.to_owned(),
            category,
            method: record.method.to_owned(),
            route: record.route.to_owned(),
            status: record.status,
            outcome: record.outcome,
        }
    }

    /// `METHOD /route`; none when it is no HTTP call.
    pub(crate) fn endpoint(&self) -> Option<String> {
        (!self.route.is_empty()).then(|| format!("{} {}", self.method, self.route).trim_start().to_owned())
    }

    /// `5xx`; none when it has no status.
    pub(crate) fn status_class(&self) -> Option<String> {
        (self.status > 0).then(|| format!("{}xx", self.status / 100))
    }

    /// `METHOD /route 5xx`, the key of the metric of endpoints.
    pub(crate) fn endpoint_and_class(&self) -> Option<String> {
        Some(format!("{} {}", self.endpoint()?, self.status_class()?))
    }

    /// What is attempted by it, the same whether it succeeds: the endpoint, else the name.
    pub(crate) fn attempted(&self) -> String {
        self.endpoint().unwrap_or_else(|| self.name.clone())
    }

    /// Whether it says that something failed.
    pub(crate) const fn fails(&self) -> bool {
        matches!(self.outcome, Outcome::Failure) || self.status >= 400
    }

    /// Kind of activity.
    pub(crate) fn category_name(&self) -> &'static str {
        super::category_name(self.category).unwrap_or_default()
    }

    /// The family of journeys that this type is the heart of: the route up to its first variable part, else the name.
    pub(crate) fn family(&self) -> String {
        let fixed: Vec<&str> = self.route.split('/').take_while(|part| !part.starts_with('{')).filter(|part| !part.is_empty()).collect();
        if fixed.is_empty() { self.label.clone() } else { format!("/{}", fixed.join("/")) }
    }

    #[cfg(test)]
    pub(crate) fn plain(name: &str) -> Self {
        Self {
            label: name.to_owned(),
            name: name.to_owned(),
            category: 0,
            method: String::new(),
            route: String::new(),
            status: 0,
            outcome: Outcome::Unknown,
        }
    }

    #[cfg(test)]
    pub(crate) fn http(method: &str, route: &str, status: u16) -> Self {
        let label = format!("{method} {route} {status}");
        Self { method: method.to_owned(), route: route.to_owned(), status, category: 2, ..Self::plain(&label) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::ids::StableId;
    use schemas::record::Severity;

    fn call(name: &str, method: &str, route: &str, status: u16, outcome: Outcome) -> Call {
        let (number, id, category, severity, count) = (0, StableId(0), EventCategory::Transaction, Severity::Info, 1);
        Call::of(&EventTypeRecord { number, id, name, category, method, route, status, severity, outcome, count })
    }

    #[test]
    fn an_attempt_is_the_same_whether_it_succeeds() {
        let [fine, failed] = [Outcome::Success, Outcome::Failure].map(|outcome| call("transfer", "", "", 0, outcome));
        assert_eq!((fine.attempted(), failed.attempted()), ("transfer".to_owned(), "transfer".to_owned()));
        assert!(failed.fails() && !fine.fails() && fine.label != failed.label);
        assert_eq!(call("login", "POST", "/login", 200, Outcome::Failure).attempted(), "POST /login");
    }

    #[test]
    fn types_that_differ_in_their_outcome_alone_have_names_of_their_own() {
        let labels = [Outcome::Success, Outcome::Failure, Outcome::Unknown].map(|outcome| call("login", "POST", "/login", 200, outcome).label);
        assert_eq!(labels, ["login (POST /login 200)", "login (POST /login 200) (failed)", "login (POST /login 200) (without outcome)"]);
        assert_eq!(call("login", "POST", "/login", 401, Outcome::Failure).label, "login (POST /login 401)");
    }
}
