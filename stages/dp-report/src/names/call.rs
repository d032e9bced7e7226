//! What an event type is of: the facts that metrics and questions group and filter by.

use schemas::record::{EventCategory, EventTypeRecord, Outcome};

/// An event type's public-facing facts. They are as public as its name: a value leaves only as, or in, a released key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// The type in words that tell it from all others.
    pub(crate) label: String,
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

    /// What is attempted by it: the endpoint, else the name.
    pub(crate) fn attempted(&self) -> String {
        self.endpoint().unwrap_or_else(|| self.label.clone())
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
        Self { label: name.to_owned(), category: 0, method: String::new(), route: String::new(), status: 0, outcome: Outcome::Unknown }
    }

    #[cfg(test)]
    pub(crate) fn http(method: &str, route: &str, status: u16) -> Self {
        let label = format!("{method} {route} {status}");
        Self { method: method.to_owned(), route: route.to_owned(), status, category: 2, ..Self::plain(&label) }
    }
}
