//! A serde deserializer over TOML with its places: it sees which keys a type asks for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use domain::Text;
use scoring::josa;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problems::said;
use super::wrong::{Wrong, join};

/// Keys that nothing reads any more: folders may still have them.
const RETIRED: [&str; 1] = ["policy.public_share"];

/// What one reading passes over, by path.
#[derive(Default)]
pub(super) struct Pass {
    pub(super) over: RefCell<BTreeSet<String>>,
    pub(super) unknown: RefCell<Vec<(String, Text)>>,
}

/// A value and the way to it.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) path: String,
    pub(super) value: &'a Spanned<DeValue<'a>>,
    pub(super) others: &'a [&'a str],
    pub(super) pass: &'a Pass,
}

impl<'a> Node<'a> {
    fn inner(&self, step: &str, value: &'a Spanned<DeValue<'a>>) -> Self {
        Self { path: join(&self.path, step), value, others: &[], pass: self.pass }
    }

    fn table<'de, V: Visitor<'de>>(
        &self,
        table: &'a DeTable<'a>,
        names: Option<&[&str]>,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let mut entries = Vec::new();
        for (key, value) in table {
            let (key, inner) = (key.get_ref().as_ref(), self.inner(key.get_ref(), value));
            let is_retired = RETIRED.contains(&inner.path.as_str());
            if is_retired || self.others.contains(&key) || self.pass.over.borrow().contains(&inner.path) {
                continue;
            }
            match names {
                Some(names) if !names.contains(&key) => {
                    let all = names.iter().chain(self.others).copied().collect::<Vec<_>>();
                    self.pass.over.borrow_mut().insert(inner.path.clone());
                    self.pass.unknown.borrow_mut().push((inner.path, unknown(key, &all)));
                }
                _ => entries.push((key.to_owned(), inner)),
            }
        }
        let read = visitor.visit_map(Entries { rest: entries.into_iter(), value: None });
        read.map_err(|wrong| wrong.within(&self.path))
    }
}

/// That there is no such key, and the one that was probably meant.
fn unknown(key: &str, known: &[&str]) -> Text {
    let near = known.iter().map(|name| (strsim::osa_distance(key, name), *name)).min();
    match near.filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4) {
        Some((_, near)) => said(
            format!("‘{key}’ 항목은 없어요. ‘{near}’{} 쓰려던 건가요?", josa(near, "을", "를")),
            format!("There is no key “{key}”. Did you mean “{near}”?"),
        ),
        None => {
            let known = known.join(", ");
            said(
                format!("‘{key}’ 항목은 없어요. 쓸 수 있는 항목: {known}"),
                format!("There is no key “{key}”. The keys here: {known}"),
            )
        }
    }
}

impl<'de> de::Deserializer<'de> for Node<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let read = match self.value.get_ref() {
            DeValue::String(text) => visitor.visit_str(text),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => Err(de::Error::invalid_value(Unexpected::Other(number.as_str()), &visitor)),
            },
            DeValue::Float(number) => match number.as_str().parse() {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => Err(de::Error::invalid_value(Unexpected::Other(number.as_str()), &visitor)),
            },
            DeValue::Boolean(value) => visitor.visit_bool(*value),
            // A time without quotes is the time it is.
            DeValue::Datetime(time) => visitor.visit_string(time.to_string()),
            DeValue::Array(list) => {
                let items = list.iter().enumerate().map(|(at, value)| self.inner(&at.to_string(), value));
                visitor.visit_seq(Items(items.collect::<Vec<_>>().into_iter()))
            }
            DeValue::Table(table) => return self.table(table, None, visitor),
        };
        read.map_err(|wrong: Wrong| wrong.within(&self.path))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.value.get_ref() {
            DeValue::Table(table) => self.table(table, Some(fields), visitor),
            _ if name == "Text" => {
                let text = said(
                    "두 언어로 적어 주세요: { ko = \"…\", en = \"…\" }",
                    "Write it in both languages: { ko = \"…\", en = \"…\" }",
                );
                Err(Wrong { path: self.path, missing: None, text })
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.value.get_ref() {
            DeValue::String(text) => {
                let word: StrDeserializer<'_, Wrong> = text.as_ref().into_deserializer();
                visitor.visit_enum(word).map_err(|wrong| wrong.within(&self.path))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

struct Entries<'a> {
    rest: std::vec::IntoIter<(String, Node<'a>)>,
    value: Option<Node<'a>>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let value = self.value.take().ok_or_else(|| <Wrong as de::Error>::custom("a value without its key"))?;
        seed.deserialize(value)
    }
}

struct Items<'a>(std::vec::IntoIter<Node<'a>>);

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}
