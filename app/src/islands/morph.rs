//! Brings a part of the page up to the server's newer picture of it, touching only what differs: focus, selection,
//! open details and the scroll position stay.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Node};

/// Makes `old` like `new`. Rows of a table body and items of an ordered list are told apart by their key and moved; everything else by place.
pub(super) fn morph(old: &Element, new: &Element) {
    attributes(old, new);
    let keyed = |body: &Element| {
        matches!(body.local_name().as_str(), "tbody" | "ol")
            && body.first_element_child().is_some_and(|row| key(&row).is_some())
    };
    if keyed(old) && keyed(new) {
        rows(old, new);
    } else {
        children(old, new);
    }
}

fn attributes(old: &Element, new: &Element) {
    let names = |element: &Element| {
        let names = element.get_attribute_names();
        (0..names.length()).filter_map(|index| names.get(index).as_string()).collect::<Vec<_>>()
    };
    for name in names(new) {
        let value = new.get_attribute(&name).unwrap_or_default();
        if old.get_attribute(&name).as_ref() != Some(&value) {
            let _ = old.set_attribute(&name, &value);
        }
    }
    for name in names(old) {
        // What a reader has opened stays open.
        if name != "open" && !new.has_attribute(&name) {
            let _ = old.remove_attribute(&name);
        }
    }
}

fn children(old: &Element, new: &Element) {
    let mut at = old.first_child();
    let mut from = new.first_child();
    while let Some(fresh) = from {
        from = fresh.next_sibling();
        match at {
            Some(stale) if stale.node_type() == fresh.node_type() && stale.node_name() == fresh.node_name() => {
                at = stale.next_sibling();
                match (stale.dyn_ref::<Element>(), fresh.dyn_ref::<Element>()) {
                    (Some(stale), Some(fresh)) => morph(stale, fresh),
                    _ => {
                        if stale.node_value() != fresh.node_value() {
                            stale.set_node_value(fresh.node_value().as_deref());
                        }
                    }
                }
            }
            stale => {
                // Taking `fresh` over leaves its own document, so its sibling was read before.
                let _ = old.insert_before(&fresh, stale.as_ref());
                at = stale;
            }
        }
    }
    remove_from(old, at);
}

/// Removes `node` and everything after it.
fn remove_from(parent: &Element, mut node: Option<Node>) {
    while let Some(stale) = node {
        node = stale.next_sibling();
        let _ = parent.remove_child(&stale);
    }
}

fn element_children(parent: &Element) -> Vec<Element> {
    let children = parent.children();
    (0..children.length()).filter_map(|index| children.item(index)).collect()
}

fn key(row: &Element) -> Option<String> {
    row.get_attribute("data-team").or_else(|| row.get_attribute("data-key"))
}

/// Rows by key: those that are gone go, those that are new come, the others move. The row that has the focus is never
/// taken out of the document (that would drop the focus): the others move around it.
fn rows(old: &Element, new: &Element) {
    let kept = element_children(old);
    let mut wanted = Vec::new();
    for fresh in element_children(new) {
        let known = key(&fresh).and_then(|key_of| kept.iter().find(|row| key(row).as_ref() == Some(&key_of)));
        let changed = known.is_none_or(|row| row.get_attribute("data-mark") != fresh.get_attribute("data-mark"));
        if changed {
            let _ = fresh.class_list().add_1("washed");
        }
        if let Some(row) = known {
            morph(row, &fresh);
        }
        wanted.push(known.cloned().unwrap_or(fresh));
    }
    for row in kept.iter().filter(|row| !wanted.contains(row)) {
        row.remove();
    }
    let active = document().active_element();
    let fixed = wanted.iter().find(|row| active.as_ref().is_some_and(|active| row.contains(Some(active)))).cloned();
    let mut cursor = old.first_element_child();
    for row in &wanted {
        if Some(row) == fixed.as_ref() || Some(row) == cursor.as_ref() {
            cursor = row.next_element_sibling();
        } else {
            let _ = old.insert_before(row, cursor.as_deref());
        }
    }
}
