//! The closed vocabulary of steps. One text has one keyword: pytest-bdd keeps a registry for each.

use super::text::{EventName, Method, Path};

/// The keyword of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keyword {
    /// What was before.
    Given,
    /// What is done.
    When,
    /// What must hold then.
    Then,
}

impl Keyword {
    /// The keyword's text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Given => "Given",
            Self::When => "When",
            Self::Then => "Then",
        }
    }
}

/// A request as steps name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Path.
    pub path: Path,
    /// Name of the data set that makes the system answer as expected; none when any valid data does. Kebab case.
    pub data: Option<String>,
}

impl Call {
    fn text(&self) -> String {
        format!("{} request to {}", self.method.name(), self.target())
    }

    fn target(&self) -> String {
        let data = self.data.as_ref().map_or_else(String::new, |name| format!(" with data \"{name}\""));
        format!("\"{}\"{data}", self.path.as_str())
    }
}

/// A step. The step libraries under `src/steps/` define each of these texts once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The system under test answers at all.
    ApiAvailable,
    /// A user of the test data is signed in.
    SignedIn(&'static str),
    /// Nobody is signed in.
    NotSignedIn,
    /// An earlier call of the journey, with its status.
    Received(u16, Call),
    /// The call under test.
    Send(Call),
    /// The call under test has this status.
    Status(u16),
    /// The call under test was not carried out: the status is 4xx.
    Refused,
    /// No card number (13 to 19 digits with a valid check digit) in the response.
    ResponseHasNoCard,
    /// No card number in the event log.
    LogHasNoCard,
    /// Every event in the event log says when it happened and whose journey it belongs to.
    LogIsComplete,
    /// The id of what an earlier call made, saved for later paths and bodies under this alias.
    SavedId(String),
    /// What a reading call answers before the call under test.
    Noted(Call),
    /// The last request that had a body, sent again with its idempotency key.
    Repeat,
    /// Another request of the same call with the idempotency key of the last one that had a body.
    RepeatChanged,
    /// The call under test, so many times.
    SendTimes(u32, Call),
    /// The call under test until it is answered with this status, at most so many times.
    SendUntil(u32, u16, Call),
    /// An earlier call, until it is answered with this status, at most so many times.
    ReceivedUntil(u32, u16, Call),
    /// So many seconds pass on the system's clock.
    Pause(u32),
    /// The call under test for every value that the test data has for an alias.
    SendPool(Call, String),
    /// The call under test with each field of its body at its edges in turn.
    SendEdges(Call),
    /// The answer, and what the system's logs say of it, is as a person accepted it.
    AnswerAccepted,
    /// The noted answers differ from before as a person accepted it.
    ChangesAccepted,
    /// An event that starts or continues a journey.
    EventObserved(EventName),
    /// The event under test, after those before it, within so many seconds.
    EventFollows(EventName, u32),
}

impl Step {
    /// Keyword.
    #[must_use]
    pub const fn keyword(&self) -> Keyword {
        match self {
            Self::ApiAvailable | Self::SignedIn(_) | Self::NotSignedIn | Self::Received(..) | Self::EventObserved(_) => Keyword::Given,
            Self::SavedId(_) | Self::Noted(_) | Self::ReceivedUntil(..) | Self::Pause(_) => Keyword::Given,
            Self::Send(_)
            | Self::Repeat
            | Self::RepeatChanged
            | Self::SendTimes(..)
            | Self::SendUntil(..)
            | Self::SendEdges(_)
            | Self::SendPool(..) => Keyword::When,
            Self::Status(_) | Self::Refused | Self::ResponseHasNoCard | Self::LogHasNoCard | Self::LogIsComplete | Self::EventFollows(..) => {
                Keyword::Then
            }
            Self::AnswerAccepted | Self::ChangesAccepted => Keyword::Then,
        }
    }

    /// Text after the keyword.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::ApiAvailable => "the API is available".to_owned(),
            Self::SignedIn(alias) => format!("I am signed in as \"{alias}\""),
            Self::NotSignedIn => "I am not signed in".to_owned(),
            Self::Received(status, call) => format!("I have received {status} from a {}", call.text()),
            Self::Send(call) => format!("I send a {}", call.text()),
            Self::Status(status) => format!("the response status is {status}"),
            Self::Refused => "the request is refused".to_owned(),
            Self::ResponseHasNoCard => "the response contains no card number".to_owned(),
            Self::LogHasNoCard => "the event log contains no card number".to_owned(),
            Self::LogIsComplete => "every event in the event log has a time and a key".to_owned(),
            Self::SavedId(alias) => format!("I have saved the id in the response as \"{alias}\""),
            Self::Noted(call) => format!("I have noted the answer to \"{}\"", call.path.as_str()),
            Self::Repeat => "I repeat the last request with its idempotency key".to_owned(),
            Self::RepeatChanged => "I send another body with the last idempotency key".to_owned(),
            Self::SendTimes(times, call) => format!("I send {times} {} requests to {}", call.method.name(), call.target()),
            Self::SendUntil(times, status, call) => {
                format!("I send at most {times} {} requests until {status} is received from {}", call.method.name(), call.target())
            }
            Self::ReceivedUntil(times, status, call) => {
                format!("I have received {status} after at most {times} {} requests to {}", call.method.name(), call.target())
            }
            Self::Pause(seconds) => format!("{seconds} s have passed"),
            Self::SendEdges(call) => format!("I send a {} request to \"{}\" with each field at its edges", call.method.name(), call.path.as_str()),
            Self::SendPool(call, alias) => {
                format!("I send a {} request to \"{}\" for every \"{alias}\" of the pool", call.method.name(), call.path.as_str())
            }
            Self::AnswerAccepted => "the answer is as accepted".to_owned(),
            Self::ChangesAccepted => "the noted answers change as accepted".to_owned(),
            Self::EventObserved(EventName::Quoted(name)) => format!("event \"{name}\" was observed"),
            Self::EventObserved(EventName::Json(_)) => "the event with this JSON name was observed".to_owned(),
            Self::EventFollows(EventName::Quoted(name), seconds) => format!("event \"{name}\" follows within {seconds} s"),
            Self::EventFollows(EventName::Json(_), seconds) => format!("the event with this JSON name follows within {seconds} s"),
        }
    }

    /// The doc string, one line.
    #[must_use]
    pub fn doc_string(&self) -> Option<&str> {
        match self {
            Self::EventObserved(EventName::Json(json)) | Self::EventFollows(EventName::Json(json), _) => Some(json),
            _ => None,
        }
    }

    /// The call, when the step makes one.
    #[must_use]
    pub const fn call(&self) -> Option<&Call> {
        match self {
            Self::Received(_, call)
            | Self::Send(call)
            | Self::Noted(call)
            | Self::SendTimes(_, call)
            | Self::SendUntil(_, _, call)
            | Self::ReceivedUntil(_, _, call)
            | Self::SendEdges(call)
            | Self::SendPool(call, _) => Some(call),
            _ => None,
        }
    }
}
