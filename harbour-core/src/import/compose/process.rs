//! How the process of a Compose service runs, and its health check.

use std::time::Duration;

use super::Project;
use crate::manifest::{Healthcheck, Process, Restart, Template};
use crate::yaml::{Node, Value};

impl Project<'_> {
    /// Takes a key about the process; false if it is none.
    pub(super) fn process_key(
        &mut self,
        key: &str,
        node: &Node,
        field: &str,
        process: &mut Process,
    ) -> bool {
        match key {
            "command" => process.command = self.command(node, field),
            "entrypoint" => process.entrypoint = self.command(node, field),
            "working_dir" => process.working_dir = self.template(node, field),
            "user" => process.user = self.template(node, field),
            "group_add" => process.group_add = self.texts(node, field),
            "restart" => {
                let text = self.literal(node, field);
                process.restart = text.and_then(|text| self.restart(&text, field));
            }
            "init" => process.init = self.flag(node, field),
            "tty" => process.tty = self.flag(node, field).unwrap_or_default(),
            "stdin_open" => process.stdin_open = self.flag(node, field).unwrap_or_default(),
            "stop_grace_period" => {
                let time = self.time(node, field);
                process.stop_grace_period = time.map(|time| self.at_most_a_day(time, field));
            }
            "stop_signal" => process.stop_signal = self.literal(node, field),
            _ => return false,
        }
        true
    }

    fn at_most_a_day(&mut self, time: Duration, field: &str) -> Duration {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        if time > DAY {
            self.notes().changed(field, "is cut to a day");
        }
        time.min(DAY)
    }

    pub(super) fn restart(&mut self, text: &str, field: &str) -> Option<Restart> {
        let (policy, most) = text.split_once(':').unwrap_or((text, ""));
        match policy {
            "no" | "none" | "false" | "never" => Some(Restart::No),
            "always" | "any" | "true" => Some(Restart::Always),
            "unless-stopped" => Some(Restart::UnlessStopped),
            "on-failure" => Some(Restart::OnFailure(
                most.parse().ok().filter(|&most| most < 1_000_000),
            )),
            other => {
                self.notes().lost(
                    field,
                    format!("“{}” is no restart policy", crate::problem::shown(other)),
                );
                None
            }
        }
    }

    pub(super) fn healthcheck(&mut self, node: &Node, field: &str) -> Option<Healthcheck> {
        let mut check = Healthcheck::default();
        for entry in node.entries() {
            if entry.value.is_null() {
                continue;
            }
            let field = format!("{field}.{}", entry.key);
            let value = &entry.value;
            match entry.key.as_str() {
                "test" => check.test = self.test(value, &field),
                "interval" | "timeout" | "start_period" | "start_interval" => {
                    let time = self.time(value, &field);
                    let time = time.map(|time| self.at_most_a_day(time, &field));
                    match entry.key.as_str() {
                        "interval" => check.interval = time,
                        "timeout" => check.timeout = time,
                        "start_period" => check.start_period = time,
                        _ => check.start_interval = time,
                    }
                }
                "retries" => {
                    let number = self.integer(value, &field).filter(|&number| number > 0);
                    check.retries = number.and_then(|number| u32::try_from(number.min(1_000)).ok());
                }
                "disable" => check.disable = self.flag(value, &field).unwrap_or_default(),
                _ => self.notes().lost(&field, "has no place in a health check"),
            }
        }
        if check.test.first().and_then(Template::as_literal) == Some("NONE") {
            check.test.clear();
            check.disable = true;
        }
        (check != Healthcheck::default()).then_some(check)
    }

    fn test(&mut self, node: &Node, field: &str) -> Vec<Template> {
        let shell = |line: Template| vec![Template::literal("CMD-SHELL"), line];
        if let Value::Scalar(_) = node.value {
            return self.template(node, field).map(shell).unwrap_or_default();
        }
        let words = self.command(node, field).unwrap_or_default();
        match words.first().and_then(Template::as_literal) {
            Some("CMD") if words.len() > 1 => words,
            Some("NONE") => words,
            Some("CMD-SHELL") if words.len() == 2 => words,
            // The engine takes the first of them only.
            Some("CMD-SHELL") if words.len() > 2 => {
                self.notes()
                    .changed(field, "CMD-SHELL takes one line; the words are joined");
                let mut line = Template::default();
                for (index, word) in words.iter().skip(1).enumerate() {
                    if index > 0 {
                        line.push_text(" ");
                    }
                    line.push(word);
                }
                shell(line)
            }
            _ => {
                self.notes().lost(
                    field,
                    "is no test: it must begin with CMD, CMD-SHELL or NONE",
                );
                Vec::new()
            }
        }
    }
}
