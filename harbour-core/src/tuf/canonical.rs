//! Canonical JSON: the one form of a value that is hashed and signed.
//!
//! Source: the OLPC wiki's "Canonical JSON", which TUF names (section 4.2):
//! no spaces, keys sorted by code point, only `"` and `\` escaped in strings,
//! and no numbers but integers.

use serde_json::Value;

/// Why a value has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the number {0} is no whole number of at most 64 bits, which signed JSON may not hold")]
pub struct CanonicalError(String);

/// The bytes that stand for the value.
///
/// # Errors
/// When it holds a number that is not an integer of 64 bits.
pub fn canonical(value: &Value) -> Result<Vec<u8>, CanonicalError> {
    let mut bytes = Vec::new();
    write(value, &mut bytes)?;
    Ok(bytes)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) if number.is_u64() || number.is_i64() => {
            out.extend_from_slice(number.to_string().as_bytes());
        }
        Value::Number(number) => return Err(CanonicalError(number.to_string())),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(map) => {
            // UTF-8 sorts like code points. A map that keeps the order of its
            // input, should a crate in the build ask for one, is sorted too.
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push(b'{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_text(key, out);
                out.push(b':');
                write(item, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// JSON without fractions, a few levels deep.
    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            "[a-c\"\\\\ü\u{10000}]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-cü\u{10000}]{0,3}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_form_is_json_of_the_same_value(value in values()) {
            // Control characters are not escaped, so they are left out here.
            let bytes = canonical(&value).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
        }
    }

    #[test]
    fn values_have_one_form() {
        for (value, expected) in [
            (
                json!({"b": 1, "a": [true, false, null], "": {}}),
                r#"{"":{},"a":[true,false,null],"b":1}"#,
            ),
            (json!("a\"b\\c\n\u{1}ü"), "\"a\\\"b\\\\c\n\u{1}ü\""),
            (
                json!([-1, 0, u64::MAX, i64::MIN]),
                "[-1,0,18446744073709551615,-9223372036854775808]",
            ),
            // Code points, not UTF-16 units: U+FFFF comes before U+10000.
            (
                json!({"\u{10000}": 2, "\u{ffff}": 1}),
                "{\"\u{ffff}\":1,\"\u{10000}\":2}",
            ),
        ] {
            assert_eq!(
                canonical(&value).map(|bytes| String::from_utf8(bytes).unwrap()),
                Ok(expected.to_owned())
            );
        }
    }

    #[test]
    fn numbers_with_a_fraction_have_none() {
        for text in ["1.0", "1e3", "-0", "18446744073709551616"] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert!(canonical(&json!({ "a": [value] })).is_err(), "{text}");
        }
    }
}
