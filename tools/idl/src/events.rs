//! The events of an IDL as a page for those who read them.

use std::collections::BTreeSet;

use anchor_lang_idl::types::{Idl, IdlArrayLen, IdlDefinedFields, IdlEnumVariant, IdlField, IdlType, IdlTypeDef, IdlTypeDefTy};

const INTRODUCTION: &str = "# Events

Generated from `idl/ballast.json` by `cargo xtask idl`; a check keeps it so.

Every instruction that changes a vault logs one event or more: a line `Program data: …` of the program's own, which is base64 of eight bytes that
tell the event, and of its fields in this order as Borsh: integers little-endian, a `pubkey` as 32 bytes, a `vec` as a `u32` of its
length and its items, a `bool` as one byte. `ballast_client::decode::events` reads them. Events of a failed transaction
did not happen. Log lines can be cut off where a transaction logs more than 10,000 bytes: `sequence` rises by one with each change
of a vault, so a reader sees what it missed, and the vault's account has the books.
";

/// The page.
pub fn page(idl: &Idl) -> String {
    let events: Vec<&IdlTypeDef> = idl.events.iter().filter_map(|event| definition(idl, &event.name)).collect();
    let shared = shared_fields(&events);
    let mut page = format!("{INTRODUCTION}\nEach begins with\n\n{}", table(&shared));
    let mut named = BTreeSet::new();
    for (event, definition) in idl.events.iter().zip(&events) {
        let own: Vec<&IdlField> = fields(definition).into_iter().skip(shared.len()).collect();
        own.iter().for_each(|field| name_types(&field.ty, &mut named));
        let bytes: Vec<String> = event.discriminator.iter().map(|byte| format!("{byte:02x}")).collect();
        page += &format!(
            "\n## {}\n\n{} First bytes: `{}`.\n\n{}",
            event.name,
            definition.docs.join(" "),
            bytes.join(" "),
            table(&own)
        );
    }
    page + &types(idl, named)
}

/// The types that events name, and those that these name.
fn types(idl: &Idl, mut wanted: BTreeSet<String>) -> String {
    let (mut page, mut done) = (String::from("\n# Types\n"), BTreeSet::new());
    while let Some(name) = wanted.pop_first() {
        if !done.insert(name.clone()) {
            continue;
        }
        let Some(definition) = definition(idl, &name) else { continue };
        page += &format!("\n## {name}\n\n{}\n\n", definition.docs.join(" "));
        match &definition.ty {
            IdlTypeDefTy::Enum { variants } => page += &variant_list(variants),
            _ => page += &table(&fields(definition)),
        }
        fields(definition).iter().for_each(|field| name_types(&field.ty, &mut wanted));
    }
    if done.is_empty() { String::new() } else { page }
}

fn definition<'a>(idl: &'a Idl, name: &str) -> Option<&'a IdlTypeDef> {
    idl.types.iter().find(|definition| definition.name == name)
}

/// The named fields of a struct.
fn fields(definition: &IdlTypeDef) -> Vec<&IdlField> {
    match &definition.ty {
        IdlTypeDefTy::Struct { fields: Some(IdlDefinedFields::Named(fields)) } => fields.iter().collect(),
        _ => Vec::new(),
    }
}

/// The fields with which all begin.
fn shared_fields<'a>(definitions: &[&'a IdlTypeDef]) -> Vec<&'a IdlField> {
    let Some((first, others)) = definitions.split_first() else { return Vec::new() };
    let others: Vec<_> = others.iter().map(|other| fields(other)).collect();
    let is_shared =
        |(place, field): &(usize, &IdlField)| others.iter().all(|other| other.get(*place).is_some_and(|own| own == field));
    fields(first).into_iter().enumerate().take_while(is_shared).map(|(_, field)| field).collect()
}

fn table(fields: &[&IdlField]) -> String {
    if fields.is_empty() {
        return String::from("No further fields.\n");
    }
    let row = |field: &&IdlField| {
        format!("| `{}` | `{}` | {} |\n", field.name, type_name(&field.ty), field.docs.join(" ").replace('|', "\\|"))
    };
    format!("| field | type | meaning |\n| --- | --- | --- |\n{}", fields.iter().map(row).collect::<String>())
}

/// Borsh writes an enum as one byte, the variant's place.
fn variant_list(variants: &[IdlEnumVariant]) -> String {
    let names = variants.iter().enumerate().map(|(number, variant)| format!("{number} `{}`", variant.name));
    format!("{}.\n", names.collect::<Vec<_>>().join(", "))
}

fn type_name(ty: &IdlType) -> String {
    match ty {
        IdlType::Option(inner) => format!("option<{}>", type_name(inner)),
        IdlType::Vec(inner) => format!("vec<{}>", type_name(inner)),
        IdlType::Array(inner, IdlArrayLen::Value(length)) => format!("[{}; {length}]", type_name(inner)),
        IdlType::Defined { name, .. } => name.clone(),
        simple => format!("{simple:?}").to_lowercase(),
    }
}

/// Notes the defined types in `ty`.
fn name_types(ty: &IdlType, names: &mut BTreeSet<String>) {
    match ty {
        IdlType::Option(inner) | IdlType::Vec(inner) | IdlType::Array(inner, _) => name_types(inner, names),
        IdlType::Defined { name, .. } => {
            names.insert(name.clone());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idl() -> Idl {
        serde_json::from_str(
            r#"{"address": "", "metadata": {"name": "x", "version": "1", "spec": "1"}, "instructions": [],
            "events": [{"name": "Made", "discriminator": [1, 255]}, {"name": "Gone", "discriminator": [2]}],
            "types": [
                {"name": "Made", "docs": ["It was", "made."], "type": {"kind": "struct", "fields": [
                    {"name": "slot", "docs": ["When."], "type": "u64"},
                    {"name": "parts", "docs": ["Of what."], "type": {"vec": {"defined": {"name": "Part"}}}}]}},
                {"name": "Gone", "docs": ["It went."], "type": {"kind": "struct", "fields": [{"name": "slot", "docs": ["When."], "type": "u64"}]}},
                {"name": "Part", "docs": ["A part."], "type": {"kind": "struct", "fields": [
                    {"name": "kind", "docs": ["Which."], "type": {"defined": {"name": "Kind"}}},
                    {"name": "units", "docs": ["How much."], "type": {"array": ["u128", 2]}}]}},
                {"name": "Kind", "docs": ["A kind."], "type": {"kind": "enum", "variants": [{"name": "Big"}, {"name": "Small"}]}},
                {"name": "Unused", "type": {"kind": "struct"}}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn page_tells_events_their_own_fields_and_the_types_they_name() {
        let page = page(&idl());
        let (_, body) = page.split_once("Each begins with\n\n").unwrap();
        let expected = "| field | type | meaning |\n| --- | --- | --- |\n| `slot` | `u64` | When. |\n\
            \n## Made\n\nIt was made. First bytes: `01 ff`.\n\n| field | type | meaning |\n| --- | --- | --- |\n| `parts` | `vec<Part>` | Of what. |\n\
            \n## Gone\n\nIt went. First bytes: `02`.\n\nNo further fields.\n\
            \n# Types\n\n## Part\n\nA part.\n\n| field | type | meaning |\n| --- | --- | --- |\n| `kind` | `Kind` | Which. |\n| `units` | `[u128; 2]` | How much. |\n\
            \n## Kind\n\nA kind.\n\n0 `Big`, 1 `Small`.\n";
        assert_eq!(body, expected);
    }
}
