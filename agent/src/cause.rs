//! Who is behind what is being done now. Set where a request or an operation
//! begins, read where something is written down; a task's own, never passed on
//! by accident.

tokio::task_local! {
    static CURRENT: Cause;
}

/// Who does something, and by which request or operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// The request, as the audit log names it.
    pub request_id: Option<String>,
    /// The operation.
    pub operation_id: Option<String>,
}

impl Cause {
    /// Something a request does.
    #[must_use]
    pub fn request(id: &str) -> Self {
        Self {
            request_id: Some(id.to_owned()),
            operation_id: None,
        }
    }

    /// Something an operation does.
    #[must_use]
    pub fn operation(id: &str) -> Self {
        Self {
            request_id: None,
            operation_id: Some(id.to_owned()),
        }
    }

    /// Does `work` under this cause.
    pub async fn of<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// The cause of the running task, if somebody is behind it.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }
}
