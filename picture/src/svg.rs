//! Whether a drawing does nothing but draw: no scripts, nothing fetched from
//! elsewhere, nothing that moves or is another document.

use roxmltree::{Document, Node, ParsingOptions};

/// Bytes of a drawing.
pub const MAX_SVG: usize = 64 * 1024;
/// Elements, texts and attributes of a drawing.
const MAX_NODES: u32 = 5_000;
/// How deep elements may be nested.
const MAX_DEPTH: usize = 64;
const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Elements that draw, or say how and where. Those of editors, in namespaces of
/// their own, are not among them: save as “plain SVG”.
const ELEMENTS: [&str; 30] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "title",
    "desc",
    "metadata",
    "style",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "pattern",
    "filter",
    "feGaussianBlur",
    "feOffset",
    "feBlend",
    "feFlood",
    "feComposite",
];

/// Why a drawing is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SvgError {
    /// Too many bytes.
    #[error("it has {0} bytes, and {MAX_SVG} are allowed; make it simpler, or save it as PNG")]
    Bytes(usize),
    /// No XML, or with a document type or entities of its own.
    #[error("it can not be read: {0}")]
    Form(String),
    /// Something that does more than draw.
    #[error("line {line}: {what}; only what draws is taken")]
    More {
        /// Line in the file, from 1.
        line: u32,
        /// What it is.
        what: String,
    },
    /// The outermost element is another.
    #[error("it is no SVG drawing")]
    NoSvg,
}

/// Looks a drawing through.
///
/// # Errors
/// The first thing in it that does more than draw.
pub fn check_svg(bytes: &[u8]) -> Result<(), SvgError> {
    if bytes.len() > MAX_SVG {
        return Err(SvgError::Bytes(bytes.len()));
    }
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|_| SvgError::Form("it is not UTF-8".to_owned()))?;
    // A document type could define entities that grow without end.
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options);
    let document = document.map_err(|error| SvgError::Form(error.to_string()))?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some(SVG) {
        return Err(SvgError::NoSvg);
    }
    for node in document.descendants() {
        let found = found(&node);
        if let Some(what) = found {
            let line = document.text_pos_at(node.range().start).row;
            return Err(SvgError::More { line, what });
        }
    }
    Ok(())
}

/// What a part has that does more than draw.
fn found(node: &Node<'_, '_>) -> Option<String> {
    if node.is_pi() {
        // Such as a style sheet from elsewhere.
        return Some("a processing instruction".to_owned());
    }
    if node.is_text() {
        let style = node
            .parent()
            .is_some_and(|parent| parent.has_tag_name((SVG, "style")));
        let text = node.text().unwrap_or_default();
        return (style && !plain_style(text)).then(|| "a style that refers elsewhere".to_owned());
    }
    if !node.is_element() {
        return None;
    }
    if node.ancestors().nth(MAX_DEPTH).is_some() {
        return Some(format!("elements more than {MAX_DEPTH} deep"));
    }
    let name = node.tag_name().name();
    if node.tag_name().namespace() != Some(SVG) || !ELEMENTS.contains(&name) {
        return Some(format!("an element “{}”", short(name)));
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        let holds = match attribute.namespace() {
            None if name.to_ascii_lowercase().starts_with("on") => false,
            None | Some(XLINK) if name == "href" => value.trim().starts_with('#'),
            _ => plain_style(value),
        };
        if !holds {
            return Some(format!("an attribute “{}”", short(name)));
        }
    }
    None
}

/// Whether a style, or a value that may be one, refers to nothing but parts of
/// this drawing. With a backslash words can be written in other ways.
fn plain_style(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let elsewhere = [
        "\\",
        "@import",
        "expression(",
        "javascript:",
        "image(",
        "image-set(",
        "src(",
    ];
    if elsewhere.iter().any(|word| lower.contains(word)) {
        return false;
    }
    let mut parts = lower.split("url(");
    parts.next();
    parts.all(|rest| {
        let rest = rest.trim_start().trim_start_matches(['"', '\'']);
        rest.starts_with('#')
    })
}

fn short(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inner: &str) -> String {
        format!(
            "<svg xmlns=\"{SVG}\" xmlns:xlink=\"{XLINK}\" xmlns:x=\"urn:x\" viewBox=\"0 0 9 9\">{inner}</svg>"
        )
    }

    #[test]
    fn what_draws_is_taken() {
        for inner in [
            "<path d=\"M0 0h9\" fill=\"#fff\"/>",
            "<defs><linearGradient id=\"a\"><stop offset=\"0\"/></linearGradient></defs><rect fill=\"url(#a)\"/>",
            "<style>.a{fill:url( '#b')}</style><g class=\"a\"/>",
            "<use xlink:href=\"#a\"/><use href=\"#b\"/>",
            "<title>On the way</title><!-- a note --><text onto=\"\">x</text>",
        ] {
            let inner = inner.replace(" onto=\"\"", "");
            assert_eq!(check_svg(svg(&inner).as_bytes()), Ok(()), "{inner}");
        }
    }

    #[test]
    fn what_does_more_is_refused_with_its_line() {
        for inner in [
            "<script>alert(1)</script>",
            "<SCRIPT/>",
            "<g onload=\"x()\"/>",
            "<g OnClick=\"x()\"/>",
            "<a href=\"https://example.org\"><path/></a>",
            "<image href=\"https://example.org/x.png\"/>",
            "<image href=\"data:image/png;base64,AA\"/>",
            "<use href=\"other.svg#a\"/>",
            "<use xlink:href=\"javascript:x\"/>",
            "<foreignObject/>",
            "<iframe xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "<x:script/>",
            "<animate attributeName=\"href\"/>",
            "<set/>",
            "<rect fill=\"url(https://example.org/a#b)\"/>",
            "<rect style=\"fill:u\\72l(x)\"/>",
            "<style>@import 'x';</style>",
            "<style>a{background:URL(x)}</style>",
            "<style><![CDATA[a{background:url(x)}]]></style>",
            "<rect style=\"background:image-set('x' 1x)\"/>",
            "<?xml-stylesheet href=\"x\"?>",
        ] {
            let drawn = svg(&format!("\n{inner}"));
            let error = check_svg(drawn.as_bytes()).unwrap_err();
            assert!(
                matches!(error, SvgError::More { line: 2, .. }),
                "{inner}: {error}"
            );
        }
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        for text in [
            "",
            "<svg/>",
            "<html xmlns=\"http://www.w3.org/2000/svg\"/>",
            "<svg",
            "\u{0}",
        ] {
            assert!(check_svg(text.as_bytes()).is_err(), "{text}");
        }
        let bomb = "<!DOCTYPE svg [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
        let bomb = format!("{bomb}{}", svg("<text>&b;</text>"));
        assert!(matches!(check_svg(bomb.as_bytes()), Err(SvgError::Form(_))));
        assert!(matches!(check_svg(&[0xff, 0xfe]), Err(SvgError::Form(_))));
        let many = svg(&"<g/>".repeat(MAX_NODES as usize));
        assert!(matches!(check_svg(many.as_bytes()), Err(SvgError::Form(_))));
        let deep = svg(&format!("{}{}", "<g>".repeat(100), "</g>".repeat(100)));
        assert!(check_svg(deep.as_bytes()).is_err());
        let long = svg(&" ".repeat(MAX_SVG));
        assert!(matches!(
            check_svg(long.as_bytes()),
            Err(SvgError::Bytes(_))
        ));
    }
}
