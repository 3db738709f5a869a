//! Views whose type is forgotten. A server only writes them, so only the writing is compiled there: of an `AnyView` it would
//! also be all that a browser does with one, which is most of it, for each view of each page.

use leptos::children::{ChildrenOptContainer, ToChildren};
use leptos::prelude::*;

// In the browser views wake up.
#[cfg(not(feature = "ssr"))]
use leptos::prelude::AnyView as Erased;
#[cfg(feature = "ssr")]
use server::Erased;

/// A view of whatever type.
pub type Html = Erased;

/// Forgets a view's type. Nothing in it may wait for data: a page awaits its own in `pages::load`.
pub trait IntoHtml {
    fn into_html(self) -> Html;
}

#[cfg(not(feature = "ssr"))]
impl<V: RenderHtml> IntoHtml for V {
    fn into_html(self) -> Html {
        self.into_any()
    }
}

/// What stands within a component.
pub struct Children(Box<dyn FnOnce() -> Html + Send>);

impl Children {
    pub fn view(self) -> Html {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for Children
where
    F: FnOnce() -> V + Send + 'static,
    V: RenderHtml + 'static,
{
    fn to_children(make: F) -> Self {
        Self(Box::new(move || make().into_html()))
    }
}

impl<V: RenderHtml + 'static> ToChildren<ChildrenOptContainer<V>> for Children {
    fn to_children(ready: ChildrenOptContainer<V>) -> Self {
        Self(Box::new(move || ready.0.into_html()))
    }
}

#[cfg(feature = "ssr")]
mod server {
    use leptos::attr::Attribute;
    use leptos::attr::any_attribute::AnyAttribute;
    use leptos::prelude::*;
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::view::add_attr::AddAnyAttr;
    use leptos::tachys::view::{Position, PositionState};

    use super::IntoHtml;

    type Write = dyn FnOnce(&mut String, &mut Position, bool, bool, Vec<AnyAttribute>) + Send;

    /// A view that waits to be written; nothing in it waits for anything else.
    pub struct Erased(Box<Write>);

    impl<V: RenderHtml> IntoHtml for V {
        fn into_html(self) -> Erased {
            let view = self.into_owned();
            Erased(Box::new(move |buffer, position, escape, mark_branches, attributes| {
                view.to_html_with_buf(buffer, position, escape, mark_branches, attributes);
                // The bytes of an `AnyView`.
                if !V::Owned::EXISTS {
                    buffer.push_str("<!--<() />-->");
                }
            }))
        }
    }

    impl Render for Erased {
        type State = ();

        fn build(self) {}

        fn rebuild(self, (): &mut ()) {}
    }

    impl AddAnyAttr for Erased {
        type Output<A: Attribute> = Self;

        fn add_any_attr<A: Attribute>(self, attribute: A) -> Self {
            let attribute = attribute.into_cloneable_owned().into_any_attr();
            Self(Box::new(move |buffer, position, escape, mark_branches, mut attributes| {
                attributes.push(attribute);
                (self.0)(buffer, position, escape, mark_branches, attributes);
            }))
        }
    }

    impl RenderHtml for Erased {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        fn to_html_with_buf(
            self,
            buffer: &mut String,
            position: &mut Position,
            escape: bool,
            mark_branches: bool,
            attributes: Vec<AnyAttribute>,
        ) {
            (self.0)(buffer, position, escape, mark_branches, attributes);
        }

        fn hydrate<const FROM_SERVER: bool>(self, _cursor: &Cursor, _position: &PositionState) {}

        fn into_owned(self) -> Self {
            self
        }
    }
}
