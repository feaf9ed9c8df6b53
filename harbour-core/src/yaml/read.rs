//! Reading YAML and JSON of strangers: one document, with limits.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

use super::{Entry, Mark, Node, Scalar, Value};

/// What a document may be at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Lists and maps within each other.
    pub depth: usize,
    /// Values in all, those that aliases repeat counted each time.
    pub nodes: usize,
    /// Whether `&name`, `*name` and the merge key `<<` mean anything; refused otherwise.
    pub aliases: bool,
}

/// Why a text is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    /// Where.
    pub mark: Mark,
    /// What is wrong and what to do.
    pub message: String,
}

/// Reads one document.
///
/// # Errors
/// When the bytes are no UTF-8 or no YAML, hold several documents, a key twice,
/// a tag such as `!!python/object`, or more than the limits allow.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Node, YamlError> {
    if bytes.len() > limits.bytes {
        return Err(at_start(format!(
            "the file has {} bytes; at most {} are read",
            bytes.len(),
            limits.bytes
        )));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    Reader {
        parser: Parser::new_from_str(text),
        limits,
        nodes: 0,
        anchors: HashMap::new(),
    }
    .document()
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    limits: &'a Limits,
    nodes: usize,
    anchors: HashMap<usize, (Node, usize)>,
}

/// A list or map whose end has not been read.
struct Open {
    mark: Mark,
    anchor: usize,
    first_node: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        seen: HashSet<String>,
        key: Option<(Mark, String)>,
        merges: Vec<Node>,
    },
}

const MERGE: &str = "<<";

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Mark), YamlError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, mark(&span))),
            Some(Err(error)) => Err(YamlError {
                mark: marker(error.marker()),
                message: format!("this is no YAML: {}", error.info()),
            }),
            None => Ok((Event::StreamEnd, Mark::START)),
        }
    }

    fn document(mut self) -> Result<Node, YamlError> {
        let root = loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
                (Event::StreamEnd, _) => return Err(at_start("the file is empty".to_owned())),
                (event, mark) => break self.root(event, mark)?,
            }
        };
        loop {
            match self.next()? {
                (Event::DocumentEnd | Event::Nothing, _) => {}
                (Event::StreamEnd, _) => return Ok(root),
                (_, mark) => {
                    return Err(YamlError {
                        mark,
                        message: "a second document begins here; a file holds one".to_owned(),
                    });
                }
            }
        }
    }

    /// Everything below the first value, without recursion: depth costs no stack.
    fn root(&mut self, event: Event<'a>, mark: Mark) -> Result<Node, YamlError> {
        let mut open: Vec<Open> = Vec::new();
        let mut current = (event, mark);
        loop {
            let (event, mark) = current;
            let first_node = self.nodes;
            let finished = match event {
                Event::Scalar(text, style, anchor, tag) => {
                    self.count(mark)?;
                    self.anchored(anchor, mark)?;
                    let scalar = scalar(text.into_owned(), style, tag.as_deref(), mark)?;
                    let node = Node {
                        mark,
                        value: Value::Scalar(scalar),
                    };
                    Some((node, anchor, first_node))
                }
                Event::SequenceStart(anchor, tag) => {
                    self.enter(
                        &mut open,
                        mark,
                        anchor,
                        tag.as_deref(),
                        Kind::List(Vec::new()),
                    )?;
                    None
                }
                Event::MappingStart(anchor, tag) => {
                    let kind = Kind::Map {
                        entries: Vec::new(),
                        seen: HashSet::new(),
                        key: None,
                        merges: Vec::new(),
                    };
                    self.enter(&mut open, mark, anchor, tag.as_deref(), kind)?;
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => open.pop().map(close),
                Event::Alias(id) => Some((self.repeat(id, mark)?, 0, first_node)),
                Event::StreamEnd | Event::DocumentEnd => {
                    return Err(YamlError {
                        mark,
                        message: "the file ends in the middle".to_owned(),
                    });
                }
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => None,
            };
            if let Some((node, anchor, first)) = finished {
                if anchor != 0 {
                    self.anchors
                        .insert(anchor, (node.clone(), self.nodes - first));
                }
                match open.last_mut() {
                    Some(parent) => put(parent, node, self.limits.aliases)?,
                    None => return Ok(node),
                }
            }
            current = self.next()?;
        }
    }

    fn enter(
        &mut self,
        open: &mut Vec<Open>,
        mark: Mark,
        anchor: usize,
        tag: Option<&Tag>,
        kind: Kind,
    ) -> Result<(), YamlError> {
        let first_node = self.nodes;
        self.count(mark)?;
        self.anchored(anchor, mark)?;
        if let Some(tag) = tag.filter(|tag| !matches!(tag.suffix.as_str(), "map" | "seq")) {
            return Err(unknown_tag(tag, mark));
        }
        if open.len() >= self.limits.depth {
            return Err(YamlError {
                mark,
                message: format!(
                    "lists and maps are nested more than {} deep",
                    self.limits.depth
                ),
            });
        }
        open.push(Open {
            mark,
            anchor,
            first_node,
            kind,
        });
        Ok(())
    }

    fn count(&mut self, mark: Mark) -> Result<(), YamlError> {
        self.add(1, mark)
    }

    fn add(&mut self, more: usize, mark: Mark) -> Result<(), YamlError> {
        self.nodes = self.nodes.saturating_add(more);
        if self.nodes > self.limits.nodes {
            return Err(YamlError {
                mark,
                message: format!("the file has more than {} values", self.limits.nodes),
            });
        }
        Ok(())
    }

    fn anchored(&self, anchor: usize, mark: Mark) -> Result<(), YamlError> {
        if anchor != 0 && !self.limits.aliases {
            return Err(no_aliases(mark));
        }
        Ok(())
    }

    fn repeat(&mut self, id: usize, mark: Mark) -> Result<Node, YamlError> {
        if !self.limits.aliases {
            return Err(no_aliases(mark));
        }
        let known = self
            .anchors
            .get(&id)
            .map(|(node, size)| (node.clone(), *size));
        let Some((node, size)) = known else {
            return Err(YamlError {
                mark,
                message: "this alias stands inside of what it repeats".to_owned(),
            });
        };
        // Counted before it can be copied again: aliases of aliases grow fast.
        self.add(size, mark)?;
        Ok(Node { mark, ..node })
    }
}

fn scalar(
    text: String,
    style: ScalarStyle,
    tag: Option<&Tag>,
    mark: Mark,
) -> Result<Scalar, YamlError> {
    let plain = match tag {
        None => style == ScalarStyle::Plain,
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => false,
        // What `<<` is anyway.
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "merge" => true,
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => false,
        Some(tag) => return Err(unknown_tag(tag, mark)),
    };
    Ok(Scalar { text, plain })
}

fn put(parent: &mut Open, node: Node, aliases: bool) -> Result<(), YamlError> {
    match &mut parent.kind {
        Kind::List(items) => items.push(node),
        Kind::Map {
            entries,
            seen,
            key,
            merges,
        } => match key.take() {
            None => {
                let Value::Scalar(scalar) = node.value else {
                    return Err(YamlError {
                        mark: node.mark,
                        message: "a key must be a single word or text".to_owned(),
                    });
                };
                let is_merge = scalar.plain && scalar.text == MERGE && aliases;
                if !is_merge && !seen.insert(scalar.text.clone()) {
                    return Err(YamlError {
                        mark: node.mark,
                        message: format!(
                            "the key `{}` stands twice in the same map",
                            crate::problem::shown(&scalar.text)
                        ),
                    });
                }
                *key = Some((node.mark, scalar.text));
            }
            Some((mark, name)) if name == MERGE && aliases && !seen.contains(MERGE) => {
                let value = Node { mark, ..node };
                match value.value {
                    Value::List(items) => merges.extend(items),
                    Value::Map(_) | Value::Scalar(_) => merges.push(value),
                }
            }
            Some((mark, key)) => entries.push(Entry {
                mark,
                key,
                value: node,
            }),
        },
    }
    Ok(())
}

/// The finished list or map. What is merged in comes last and never replaces.
fn close(open: Open) -> (Node, usize, usize) {
    let value = match open.kind {
        Kind::List(items) => Value::List(items),
        Kind::Map {
            mut entries,
            mut seen,
            merges,
            ..
        } => {
            for merged in merges {
                if let Value::Map(more) = merged.value {
                    for entry in more {
                        if seen.insert(entry.key.clone()) {
                            entries.push(entry);
                        }
                    }
                }
            }
            Value::Map(entries)
        }
    };
    let node = Node {
        mark: open.mark,
        value,
    };
    (node, open.anchor, open.first_node)
}

fn mark(span: &Span) -> Mark {
    marker(&span.start)
}

fn marker(marker: &saphyr_parser::Marker) -> Mark {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Mark {
        line: number(marker.line().max(1)),
        column: number(marker.col().saturating_add(1)),
    }
}

fn at_start(message: String) -> YamlError {
    YamlError {
        mark: Mark::START,
        message,
    }
}

fn not_utf8(bytes: &[u8], valid: usize) -> YamlError {
    let before = String::from_utf8_lossy(&bytes[..valid]);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    YamlError {
        mark: Mark {
            line: number(line),
            column: number(column),
        },
        message: "the file is no UTF-8 text".to_owned(),
    }
}

fn no_aliases(mark: Mark) -> YamlError {
    YamlError {
        mark,
        message: "anchors (`&name`) and aliases (`*name`) are not used here; write the value out"
            .to_owned(),
    }
}

fn unknown_tag(tag: &Tag, mark: Mark) -> YamlError {
    YamlError {
        mark,
        message: format!(
            "the tag `{}` is not used here; leave it out",
            crate::problem::shown(&tag.to_string())
        ),
    }
}

#[cfg(test)]
mod tests;
