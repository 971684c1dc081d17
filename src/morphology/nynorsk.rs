//! Nynorsk by rule: there is no free word list of it, so its forms are derived from its endings and from spellings that
//! correspond to bokmål ([`bridges`]). What follows neither is in `words.rs`.

use super::lexicon::WordClass::{self, Adjective, Noun, Verb};
use std::sync::OnceLock;

/// A correspondence between the written forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bridge {
    /// How bokmål spells it.
    pub bokmal: &'static str,
    /// How nynorsk spells it.
    pub nynorsk: &'static str,
    /// Where in a word.
    pub place: BridgePlace,
}

/// Where in a word a bridge may be crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BridgePlace {
    /// Only where it is the whole lemma.
    Word,
    /// Where it begins or ends the lemma: `tjeneste` in *tjenestetilbud* and *helsetjeneste*.
    Part,
    /// Where it ends the lemma: `-het` in *mulighet*.
    End,
}

const fn word(bokmal: &'static str, nynorsk: &'static str) -> Bridge {
    Bridge { bokmal, nynorsk, place: BridgePlace::Word }
}

const fn part(bokmal: &'static str, nynorsk: &'static str) -> Bridge {
    Bridge { bokmal, nynorsk, place: BridgePlace::Part }
}

const fn end(bokmal: &'static str, nynorsk: &'static str) -> Bridge {
    Bridge { bokmal, nynorsk, place: BridgePlace::End }
}

/// The correspondences that are used to find the forms of a bokmål lemma in nynorsk and the other way round. Some are
/// spellings (*tjeneste*, *teneste*), some the usual word (*ledelse*, *leiing*). Where a bridge leads to a word that
/// nobody writes, nothing is found by it; that costs nothing.
pub fn bridges() -> &'static [Bridge] {
    &BRIDGES
}

/// The more particular first.
static BRIDGES: [Bridge; 136] = [
    part("virksomhet", "verksemd"),
    part("oppmerksomhet", "merksemd"),
    part("forutsetning", "føresetnad"),
    part("medvirkning", "medverknad"),
    part("påvirkning", "påverknad"),
    part("virkning", "verknad"),
    part("forskning", "forsking"),
    part("utredning", "utgreiing"),
    part("veiledning", "rettleiing"),
    part("innledning", "innleiing"),
    part("opplysning", "opplysing"),
    part("undersøkelse", "undersøking"),
    part("opplevelse", "oppleving"),
    part("størrelse", "storleik"),
    part("trygghet", "tryggleik"),
    part("virkelighet", "verkelegheit"),
    part("mulighet", "moglegheit"),
    part("mulig", "mogleg"),
    part("selv", "sjølv"),
    part("tjeneste", "teneste"),
    part("fortjene", "fortene"),
    part("ledelse", "leiing"),
    part("leder", "leiar"),
    part("kirke", "kyrkje"),
    part("skole", "skule"),
    part("lønn", "løn"),
    part("hjem", "heim"),
    part("syk", "sjuk"),
    part("innhold", "innhald"),
    part("vedlikehold", "vedlikehald"),
    part("beholde", "behalde"),
    part("sammenheng", "samanheng"),
    part("sammen", "saman"),
    part("navn", "namn"),
    part("havn", "hamn"),
    part("borger", "borgar"),
    part("virkemiddel", "verkemiddel"),
    part("virke", "verke"),
    part("løsning", "løysing"),
    part("høst", "haust"),
    part("høy", "høg"),
    part("tilbud", "tilbod"),
    part("forbud", "forbod"),
    part("hverdag", "kvardag"),
    part("frihet", "fridom"),
    part("egen", "eigen"),
    part("frem", "fram"),
    part("nærvær", "nærver"),
    part("fravær", "fråvær"),
    part("samvær", "samvere"),
    part("prosjektledelse", "prosjektleiing"),
    part("regne", "rekne"),
    part("måned", "månad"),
    part("oppgave", "oppgåve"),
    part("gave", "gåve"),
    part("åpne", "opne"),
    part("åpen", "open"),
    part("beregning", "berekning"),
    part("regning", "rekning"),
    part("marked", "marknad"),
    part("utenlandsk", "utanlandsk"),
    part("husk", "hugs"),
    part("kjent", "kjend"),
    part("nevne", "nemne"),
    part("åpning", "opning"),
    part("bosette", "busetje"),
    part("bolig", "bustad"),
    part("sted", "stad"),
    part("hånd", "hand"),
    part("ønske", "ønskje"),
    part("ansette", "tilsetje"),
    part("forening", "foreining"),
    part("enhet", "eining"),
    part("hensyn", "omsyn"),
    part("veileder", "rettleiar"),
    part("tjenestemann", "tenestemann"),
    part("begynne", "byrje"),
    part("lærer", "lærar"),
    part("forsker", "forskar"),
    part("innbygger", "innbyggjar"),
    part("velger", "veljar"),
    part("fisker", "fiskar"),
    part("arbeidstaker", "arbeidstakar"),
    part("mottaker", "mottakar"),
    part("søker", "søkjar"),
    part("giver", "gjevar"),
    part("forurensning", "forureining"),
    part("vannkraft", "vasskraft"),
    part("beslutning", "avgjerd"),
    part("bestemmelse", "føresegn"),
    part("følge", "følgje"),
    part("selge", "selje"),
    part("velge", "velje"),
    part("spørre", "spørje"),
    part("fortelle", "fortelje"),
    part("telle", "telje"),
    part("kreve", "krevje"),
    word("øke", "auke"),
    word("økning", "auke"),
    word("hold", "hald"),
    word("holde", "halde"),
    word("lede", "leie"),
    word("gjøre", "gjere"),
    word("være", "vere"),
    word("se", "sjå"),
    word("si", "seie"),
    word("komme", "kome"),
    word("gi", "gje"),
    word("vei", "veg"),
    word("uke", "veke"),
    word("løse", "løyse"),
    word("løs", "laus"),
    word("mer", "meir"),
    word("flere", "fleire"),
    word("hvem", "kven"),
    word("hva", "kva"),
    word("hvor", "kvar"),
    word("hvordan", "korleis"),
    word("hvorfor", "kvifor"),
    word("hver", "kvar"),
    word("ikke", "ikkje"),
    word("fra", "frå"),
    end("somhet", "semd"),
    end("lighet", "legheit"),
    end("het", "heit"),
    end("het", "leik"),
    end("lig", "leg"),
    end("som", "sam"),
    end("løs", "laus"),
    end("else", "ing"),
    end("ning", "ing"),
    end("ning", "nad"),
    end("ke", "kje"),
    end("ge", "gje"),
    end("er", "ar"),
    end("tte", "tje"),
];

/// The words of the other written form that a lemma of one corresponds to by [`bridges`], itself not included.
pub fn crossings(lemma: &str) -> Vec<String> {
    let mut found = Vec::new();
    for bridge in &BRIDGES {
        for (from, to) in [(bridge.bokmal, bridge.nynorsk), (bridge.nynorsk, bridge.bokmal)] {
            if let Some(other) = cross(lemma, from, to, bridge.place)
                && other != lemma
                && !found.contains(&other)
            {
                found.push(other);
            }
        }
    }
    found
}

/// The bokmål words that a nynorsk lemma corresponds to.
pub fn to_bokmal(lemma: &str) -> impl Iterator<Item = String> + '_ {
    let index = index();
    let last = lemma.bytes().next_back().map_or(&[][..], |byte| &index.by_end[usize::from(byte)]);
    let first = lemma.bytes().next().map_or(&[][..], |byte| &index.by_start[usize::from(byte)]);
    last.iter()
        .chain(first)
        .filter_map(|bridge| cross(lemma, bridge.nynorsk, bridge.bokmal, bridge.place))
        .filter(move |other| other != lemma)
}

/// The bridges by the byte that the nynorsk side ends in, and those of parts by the one that it begins with.
struct Index {
    by_end: Vec<Vec<Bridge>>,
    by_start: Vec<Vec<Bridge>>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index { by_end: vec![Vec::new(); 256], by_start: vec![Vec::new(); 256] };
        for bridge in BRIDGES {
            let bytes = bridge.nynorsk.as_bytes();
            let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { continue };
            index.by_end[usize::from(*last)].push(bridge);
            if bridge.place == BridgePlace::Part {
                index.by_start[usize::from(*first)].push(bridge);
            }
        }
        index
    })
}

fn cross(lemma: &str, from: &str, to: &str, place: BridgePlace) -> Option<String> {
    match place {
        BridgePlace::Word => (lemma == from).then(|| to.to_owned()),
        BridgePlace::End => {
            let stem = lemma.strip_suffix(from)?;
            (stem.len() >= 2).then(|| format!("{stem}{to}"))
        }
        BridgePlace::Part => match lemma.strip_suffix(from) {
            Some(stem) => Some(format!("{stem}{to}")),
            None => lemma.strip_prefix(from).map(|rest| format!("{to}{rest}")),
        },
    }
}

/// A nynorsk ending: what it is taken off, what the lemma has there instead.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    pub class: WordClass,
    /// At the end of the form.
    pub form: &'static str,
    /// At the end of the lemma.
    pub lemma: &'static str,
}

const fn ending(class: WordClass, form: &'static str, lemma: &'static str) -> Ending {
    Ending { class, form, lemma }
}

/// The endings of nynorsk that bokmål does not have or uses otherwise. Those that leave a lemma in `-e` come before those
/// that leave the bare stem: *hagane* is of *hage* when there is such a word.
pub static ENDINGS: [Ending; 54] = [
    ending(Noun, "ane", "e"),
    ending(Noun, "ane", ""),
    ending(Noun, "arane", "ar"),
    ending(Noun, "ene", "e"),
    ending(Noun, "ene", ""),
    ending(Noun, "ar", "e"),
    ending(Noun, "ar", ""),
    ending(Noun, "er", "e"),
    ending(Noun, "er", ""),
    ending(Noun, "en", "e"),
    ending(Noun, "en", ""),
    ending(Noun, "et", ""),
    ending(Noun, "t", ""),
    ending(Noun, "a", "e"),
    ending(Noun, "a", ""),
    ending(Noun, "i", ""),
    ending(Noun, "lane", "el"),
    ending(Noun, "lar", "el"),
    ending(Noun, "la", "el"),
    ending(Noun, "klar", "kkel"),
    ending(Noun, "klane", "kkel"),
    ending(Noun, "rane", "er"),
    ending(Noun, "rar", "er"),
    ending(Noun, "ra", "er"),
    ending(Noun, "nar", "en"),
    ending(Noun, "nane", "en"),
    ending(Noun, "mma", "m"),
    ending(Noun, "mmet", "m"),
    ending(Noun, "mmene", "m"),
    ending(Noun, "mmar", "m"),
    ending(Noun, "mmane", "m"),
    ending(Verb, "ar", "e"),
    ending(Verb, "er", "e"),
    ending(Verb, "a", "e"),
    ending(Verb, "te", "e"),
    ending(Verb, "de", "e"),
    ending(Verb, "t", "e"),
    ending(Verb, "d", "e"),
    ending(Verb, "dde", ""),
    ending(Verb, "dd", ""),
    ending(Verb, "dt", ""),
    ending(Verb, "ast", "e"),
    ending(Verb, "ande", "e"),
    ending(Verb, "r", ""),
    ending(Adjective, "are", ""),
    ending(Adjective, "ast", ""),
    ending(Adjective, "aste", ""),
    ending(Adjective, "e", ""),
    ending(Adjective, "t", ""),
    ending(Adjective, "ande", "e"),
    ending(Adjective, "ne", "en"),
    ending(Adjective, "mme", "m"),
    ending(Adjective, "lle", "l"),
    ending(Adjective, "tt", ""),
];
