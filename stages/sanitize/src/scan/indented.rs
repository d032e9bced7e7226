//! YAML in text: a key says what the indented lines below it are (`customer:` above `id: 88127734`), or the items of its list (`signatories:` above `- Jane Roe`).

use schemas::pii::PiiClass;

use crate::fields::tree::{NodeId, TEXT};
use crate::fields::{Rule, Shape};
use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// Bytes before a key that are searched for the one it stands below.
const REACH_BYTES: usize = 512;
/// Items of a list, and bytes of one.
const ITEMS_MAX: usize = 64;
const ITEM_BYTES_MAX: usize = 160;

impl Worker<'_> {
    /// The node of the key that begins at `start` below the less indented one above it.
    #[cold]
    #[inline(never)]
    pub(super) fn node_by_indent(&mut self, text: &str, start: usize, key: &str) -> Option<NodeId> {
        if !matches!(key, "id" | "number" | "no" | "nr" | "num" | "value" | "name" | "first" | "last" | "line1" | "ref" | "holder")
            || self.paths.is_full()
        {
            return None;
        }
        let bytes = text.as_bytes();
        let floor = start.saturating_sub(REACH_BYTES);
        let line = memchr::memrchr(b'\n', &bytes[floor..start])? + floor + 1;
        let indent = start - line;
        if indent == 0 || !bytes[line..start].iter().all(|&byte| matches!(byte, b' ' | b'-')) {
            return None;
        }
        let mut end = line - 1;
        loop {
            let begin = memchr::memrchr(b'\n', &bytes[floor..end]).map_or(floor, |at| floor + at + 1);
            let blanks = bytes[begin..end].iter().take_while(|&&byte| matches!(byte, b' ' | b'-')).count();
            if blanks < indent && begin + blanks < end {
                let name = text.get(begin + blanks..end)?.trim_end().strip_suffix(':')?;
                let named =
                    !name.is_empty() && name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
                let parent = if named { self.text_node(name)? } else { return None };
                return Some(self.child(parent, key)).filter(|_| parent != TEXT);
            }
            if begin == floor {
                return None;
            }
            end = begin - 1;
        }
    }

    /// Notes the items of the list below a key whose line ends at `at`.
    #[cold]
    #[inline(never)]
    pub(super) fn items_below(&mut self, text: &str, at: usize, class: PiiClass, shape: Option<Shape>) {
        let bytes = text.as_bytes();
        let mut from = at;
        for _ in 0..ITEMS_MAX {
            let Some(b'\n') = bytes.get(from) else { return };
            let blanks = bytes[from + 1..].iter().take(40).take_while(|&&byte| byte == b' ').count();
            let start = from + 1 + blanks;
            if bytes.get(start..start + 2) != Some(b"- ") {
                return;
            }
            let end = start + 2 + memchr::memchr(b'\n', &bytes[start + 2..]).unwrap_or(bytes.len() - start - 2);
            let item = cut(text, start + 2, end);
            let value = item.trim().trim_matches(['"', '\'']);
            let offset = start + 2 + item.find(value).unwrap_or(0);
            from = end;
            // `- name: x` is a mapping of its own.
            if item.contains(": ")
                || value.is_empty()
                || value.len() > ITEM_BYTES_MAX
                || is_placeholder(value)
                || shape.is_some_and(|shape| !shape.fits(value))
            {
                continue;
            }
            self.note_cell(class, text, (offset, offset + value.len()));
        }
    }

    /// Whether a node tells more than one that says nothing.
    pub(super) fn tells_class(&self, node: NodeId) -> bool {
        matches!(self.paths.node(node).rule, Rule::Class(_) | Rule::Own(Some(_), _))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_stands_above_decides() {
        check(
            "customer:\n  tier: gold\n  id: AB88127\npassport:\n  number: K0099182\n  issued_in: 2019",
            &["AB88127", "K0099182"],
            &["gold", "2019"],
        );
        check("signatories:\n  - Jane Roe\n  - \"Abel Quint\"\nlimit: 5\n- Other Thing", &["Jane Roe", "Abel Quint"], &["limit: 5", "Other Thing"]);
        check("build:\n  number: 4418\n  id: ci-77\nsteps:\n  - Compile All\n  - name: test", &[], &["4418", "ci-77", "Compile All", "test"]);
    }
}
