//! Correspondences between the written forms: a bokmål lemma ↔ its nynorsk spelling or usual word. Pure tables, made by hand.
//!
//! They have two purposes: to recognise nynorsk words (there is a free word list of bokmål only), and to find the forms that a
//! term has in the other written form. A correspondence that leads to a word that is not used finds nothing.

use std::sync::OnceLock;

/// A correspondence between the written forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bridge {
    /// The bokmål spelling.
    pub bokmal: &'static str,
    /// The nynorsk spelling.
    pub nynorsk: &'static str,
    /// The place in a word where it applies.
    pub(crate) place: BridgePlace,
}

/// Where in a word a correspondence applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BridgePlace {
    /// It is the whole lemma.
    Word,
    /// It begins or ends the lemma: `tjeneste` in *tjenestetilbud* and *helsetjeneste*.
    Part,
    /// It ends the lemma: `-het` in *mulighet*.
    End,
    /// It stands within the lemma: `-hets-` in *frivillighetspolitikk*.
    Seam,
}

/// The correspondences, the more particular first. Some are spellings (*tjeneste*, *teneste*), some the usual word
/// (*ledelse*, *leiing*).
pub fn bridges() -> &'static [Bridge] {
    static BRIDGES: OnceLock<Vec<Bridge>> = OnceLock::new();
    BRIDGES.get_or_init(|| {
        let lists = [
            (PARTS, BridgePlace::Part),
            (WORDS, BridgePlace::Word),
            (SEAMS, BridgePlace::Seam),
            (ENDS, BridgePlace::End),
        ];
        let pairs =
            lists.iter().flat_map(|(list, place)| list.split_whitespace().map(move |pair| (pair, *place)));
        let split = |(pair, place): (&'static str, BridgePlace)| {
            let (bokmal, nynorsk) = pair.split_once('=').expect("a pair of the tables above has '='");
            Bridge { bokmal, nynorsk, place }
        };
        pairs.map(split).collect()
    })
}

/// At the beginning or end of a lemma.
const PARTS: &str = "virksomhet=verksemd oppmerksomhet=merksemd forutsetning=føresetnad medvirkning=medverknad \
    påvirkning=påverknad virkning=verknad forskning=forsking utredning=utgreiing veiledning=rettleiing \
    innledning=innleiing opplysning=opplysing undersøkelse=undersøking opplevelse=oppleving størrelse=storleik \
    trygghet=tryggleik virkelighet=verkelegheit mulighet=moglegheit umulig=umogleg mulig=mogleg \
    selvstendig=sjølvstendig selv=sjølv tjeneste=teneste fortjene=fortene tjene=tene ledelse=leiing leder=leiar \
    kirke=kyrkje skole=skule lønn=løn hjem=heim sykefravær=sjukefråvær sykehus=sjukehus sykepleier=sjukepleiar \
    sykdom=sjukdom syk=sjuk innhold=innhald vedlikehold=vedlikehald opphold=opphald underhold=underhald \
    husholdning=hushald holdning=haldning beholde=behalde opprettholde=oppretthalde inneholde=innehalde \
    overholde=overhalde holde=halde sammenheng=samanheng sammenligning=samanlikning sammenligne=samanlikne \
    sammensetning=samansetjing sammen=saman navn=namn havn=hamn borger=borgar virkemiddel=verkemiddel \
    virke=verke løsning=løysing høst=haust høyskole=høgskule høyskole=høgskole høy=høg tilbud=tilbod ombud=ombod \
    forbud=forbod påbud=påbod anbud=anbod bud=bod hverdag=kvardag frihet=fridom egenskap=eigenskap egen=eigen \
    frem=fram nærvær=nærvere fravær=fråvær samvær=samvere regne=rekne måned=månad oppgave=oppgåve gave=gåve \
    åpenhet=openheit åpne=opne åpen=open åpning=opning beregning=berekning regnskap=rekneskap regning=rekning \
    marked=marknad utenlandsk=utanlandsk utenriks=utanriks uten=utan husk=hugs kjent=kjend nevne=nemne \
    bosetting=busetjing bosette=busetje bolig=bustad sted=stad hånd=hand ønske=ønskje ansettelse=tilsetjing \
    ansette=tilsetje ansatt=tilsett forening=foreining enhet=eining hensyn=omsyn veileder=rettleiar \
    veilede=rettleie tjenestemann=tenestemann begynne=byrje lærer=lærar forsker=forskar innbygger=innbyggjar \
    velger=veljar fisker=fiskar arbeidstaker=arbeidstakar mottaker=mottakar søker=søkjar giver=gjevar \
    forurensning=forureining vannkraft=vasskraft vann=vatn beslutning=avgjerd bestemmelse=føresegn følge=følgje \
    selge=selje velge=velje spørre=spørje fortelle=fortelje fortelling=forteljing telle=telje kreve=krevje \
    tilskudd=tilskot underskudd=underskot overskudd=overskot skudd=skot forbedring=forbetring forbedre=forbetre \
    bærekraft=berekraft bære=bere utvalg=utval valg=val sysselsetting=sysselsetjing sysselsette=sysselsetje \
    målsetting=målsetjing setting=setjing sette=setje nødvendig=naudsynt nødvendighet=naudsyn formål=føremål \
    sikkerhet=tryggleik likhet=likskap ulikhet=ulikskap forskjell=skilnad betydning=tyding betydelig=monaleg \
    erfaring=røynsle utdannelse=utdanning undervisning=undervising anerkjennelse=anerkjenning \
    godkjennelse=godkjenning tillatelse=løyve tilslutning=tilslutnad tilknytning=tilknyting anledning=høve \
    anbefaling=tilråding anbefale=tilrå bevilgning=løyving bevilge=løyve begrensning=avgrensing \
    begrense=avgrense begrep=omgrep besøk=vitjing beskrivelse=skildring beskrive=skildre bevegelse=rørsle \
    bevisst=medviten bevissthet=medvit deltakelse=deltaking deltagelse=deltaking deltaker=deltakar \
    deltager=deltakar eier=eigar eie=eige eiendom=eigedom eierskap=eigarskap forberede=førebu \
    forberedelse=førebuing forbruker=forbrukar forebygge=førebyggje forebygge=førebygge forebygging=førebygging \
    forekomst=førekomst foregå=føregå forelegg=førelegg foreløpig=førebels foreslå=føreslå \
    forvaltning=forvalting forlengelse=forlenging forpliktelse=forplikting fornyelse=fornying \
    forstyrrelse=forstyrring fremtid=framtid fremme=fremje fremskritt=framsteg følelse=kjensle gjøre=gjere \
    helhet=heilskap hel=heil hendelse=hending henvisning=tilvising innvandrer=innvandrar innflytelse=innverknad \
    kjærlighet=kjærleik krenkelse=krenking kjøre=køyre høre=høyre høring=høyring lovgivning=lovgjeving \
    lovgiver=lovgjevar arbeidsgiver=arbeidsgjevar rådgiver=rådgjevar rådgivning=rådgjeving \
    rettsliggjøring=rettsleggjering legge=leggje ligge=liggje bygge=byggje tenke=tenkje merke=merkje \
    styrke=styrkje rekke=rekkje trekke=trekkje dekke=dekkje strekke=strekkje søke=søkje ryke=rykje røyke=røykje \
    dyrke=dyrkje virkeliggjøre=verkeleggjere nærhet=nærleik offentlighet=offentlegheit offentlig=offentleg \
    overvåking=overvaking overvåkning=overvaking rettferdighet=rettferd svekke=svekkje svekkelse=svekking \
    sårbarhet=sårbarheit tilgjengelig=tilgjengeleg tilpasning=tilpassing tilstedeværelse=nærvere \
    trussel=trugsmål underordnet=underordna uavhengighet=uavhengigheit uenighet=usemje enighet=semje \
    usikkerhet=uvisse utførelse=utføring utnyttelse=utnytting utryddelse=utrydding utsettelse=utsetjing \
    utslipp=utslepp utbygger=utbyggjar verdighet=verdigheit verdiskapning=verdiskaping vekst=vokster \
    ytelse=yting øke=auke økning=auke arbeider=arbeidar medarbeider=medarbeidar bruker=brukar bilde=bilete \
    rød=raud grønn=grøn død=daud bløt=blaut dyp=djup myk=mjuk bred=brei vanskelig=vanskeleg farlig=farleg \
    vanlig=vanleg årlig=årleg daglig=dagleg kvinnelig=kvinneleg særlig=særleg personlig=personleg \
    statlig=statleg tydelig=tydeleg endelig=endeleg rettslig=rettsleg faglig=fagleg ansvarlig=ansvarleg \
    svak=veik vei=veg uke=veke melk=mjølk tjueen=tjueein ren=rein renhold=reinhald ben=bein sten=stein ene=eine \
    alene=åleine mene=meine mening=meining gren=grein lek=leik leke=leike lete=leite øst=aust nabo=granne \
    forespørsel=førespurnad tall=tal dommer=dommar forbrytelse=brotsverk lovbrudd=lovbrot brudd=brot \
    avbrudd=avbrot gjennombrudd=gjennombrot innbrudd=innbrot utbrudd=utbrot gjøremål=gjeremål \
    nyskapning=nyskaping overordnet=overordna planlegge=planleggje grunnlegge=grunnleggje avgjørelse=avgjerd \
    avgjøre=avgjere utgjøre=utgjere oppgjør=oppgjer redegjørelse=utgreiing kunstner=kunstnar seer=sjåar \
    foretak=føretak foreta=føreta forord=føreord partnerskap=partnarskap tro=tru troverdig=truverdig \
    troverdighet=truverd bo=bu gård=gard gutt=gut søster=syster venn=ven salg=sal \
    konkurranseutsetting=konkurranseutsetjing tillatt=tillaten nød=naud tidlig=tidleg dårlig=dårleg \
    sannsynlig=sannsynleg sannsynlighet=sannsyn sannhet=sanning nyhet=nyhende utgave=utgåve utgiver=utgjevar \
    utgivelse=utgjeving leser=lesar omsetning=omsetnad utrustning=utrusting nedrustning=nedrusting \
    økende=aukande gjeldende=gjeldande følgende=følgjande løpende=løpande helhetlig=heilskapleg \
    arbeidsløshet=arbeidsløyse forestilling=førestilling avtalefestet=avtalefesta bestemme=fastsetje \
    stillhet=stille hovedsak=hovudsak hoved=hovud jevn=jamn navne=namne omfattende=omfattande samlet=samla \
    leie=leige etterspørsel=etterspurnad tilfredshet=tilfredsheit sammenstilling=samanstilling \
    oppfølgning=oppfølging oppnåelse=oppnåing måloppnåelse=måloppnåing saksbehandling=sakshandsaming \
    saksbehandler=sakshandsamar behandling=handsaming behandle=handsame myndighet=styresmakt \
    anskaffelse=anskaffing forslag=framlegg eksempel=døme etterlevelse=etterleving videre=vidare \
    selvbestemmelse=sjølvråderett medbestemmelse=medråderett borgerskap=borgarskap taushetsplikt=teieplikt \
    fortrolig=fortruleg tilhørighet=tilhøyrsle samferdsel=samferdsle arbeidsledighet=arbeidsløyse vennlig=venleg \
    vennlighet=venlegheit forutsigbarhet=føreseielegheit forutsigbar=føreseieleg flertall=fleirtal \
    mindretall=mindretal jevning=jamning jevnlig=jamleg hensiktsmessig=føremålstenleg uttalelse=fråsegn \
    begrunnelse=grunngjeving begrunnelse=grunngiving begrunne=grunngje forståelse=forståing utøvelse=utøving \
    innskrenkning=innskrenking avlastning=avlasting oppsigelse=oppseiing fastsettelse=fastsetjing \
    opprettholdelse=oppretthalding gjennomførelse=gjennomføring iverksettelse=iverksetjing \
    iverksetting=iverksetjing opprettelse=oppretting oppfyllelse=oppfylling nedleggelse=nedlegging \
    ødeleggelse=øydelegging bevarelse=bevaring overtakelse=overtaking spredning=spreiing opprinnelig=opphavleg \
    betjening=betening betjene=betene anmodning=oppmoding anmode=oppmode sakkyndig=sakkunnig \
    fraflytting=fråflytting frafall=fråfall utjevning=utjamning sykepleie=sjukepleie forebyggende=førebyggjande \
    fradrag=frådrag fremmed=framand sammensatt=samansett fastsatt=fastsett hjemme=heime sammenslåing=samanslåing \
    mangfold=mangfald målrettet=målretta samordnet=samordna tilpasset=tilpassa";

/// Whole lemmas only.
const WORDS: &str = "glemme=gløyme tømme=tøme hold=hald lede=leie være=vere se=sjå si=seie komme=kome gi=gje løse=løyse løs=laus mer=meir flere=fleire \
    hvem=kven hva=kva hvor=kvar hvordan=korleis hvorfor=kvifor hver=kvar ikke=ikkje fra=frå bli=verte noen=nokon \
    noe=noko tallet=talet løfte=lyfte skylde=skulde hete=heite gleden=gleda vokse=vekse gjemme=gøyme drøm=draum \
    drømme=drøyme strøm=straum hull=hol blomst=blome sommer=sommar peke=peike kreve=krevje spille=spele \
    spill=spel savne=sakne penger=pengar øyeblikk=augneblink øye=auge øre=øyre hode=hovud nese=nase \
    hjerte=hjarte tilgjengelighet=tilgjenge vanskelighet=vanske byrde=børe uavhengighet=uavhenge \
    selvstendighet=sjølvstende opprinnelse=opphav samtidig=samstundes dyktighet=dugleik svakhet=veikskap \
    egnethet=eignaheit";

/// At the end of a lemma.
const ENDS: &str = "somhet=semd lighet=legheit het=heit het=leik lig=leg som=sam løs=laus else=ing ning=ing ning=nad ke=kje \
    ge=gje er=ar tte=tje gjøring=gjering givning=gjeving giver=gjevar taker=takar ner=nar messighet=messigheit \
    let=la givende=gjevande kende=kjande ggende=ggjande ende=ande valgt=vald";

/// Within a word, after two letters and before others: *frivillighetspolitikk*, *synliggjøring*.
const SEAMS: &str = "lighets=legheits hets=heits liggjør=leggjer";

/// The words of the other written form that a lemma of one corresponds to, itself not included.
pub(crate) fn crossings(lemma: &str) -> Vec<String> {
    let mut found = Vec::new();
    for direction in [Direction::ToNynorsk, Direction::ToBokmal] {
        for bridge in bridges() {
            let (from, to) = direction.sides(bridge);
            let Some(first) = cross(lemma, from, to, bridge.place).filter(|first| first != lemma) else {
                continue;
            };
            let seconds = second_crossings(lemma, &first, to, bridge.place, direction);
            for other in std::iter::once(first).chain(seconds) {
                if other != lemma && !found.contains(&other) {
                    found.push(other);
                }
            }
        }
    }
    found
}

/// What `first`, made of `lemma` with `to` at a `place` of it, leads to by one more bridge at another place.
///
/// *selvstendighet* needs two: selv/sjølv and -het/-heit; so does *brukermedvirkning*. Only endings are crossed anywhere in the second
/// step, or a word would wander (*innstilling*, *tilråding*, *anbefaling*); parts only at the end that was not crossed.
fn second_crossings(
    lemma: &str,
    first: &str,
    to: &str,
    place: BridgePlace,
    direction: Direction,
) -> Vec<String> {
    let ends = bridges().iter().filter(|bridge| bridge.place == BridgePlace::End);
    let sides = ends.flat_map(|bridge| [(bridge.bokmal, bridge.nynorsk), (bridge.nynorsk, bridge.bokmal)]);
    let mut found: Vec<String> =
        sides.filter_map(|(from, to)| cross(first, from, to, BridgePlace::End)).collect();
    if place == BridgePlace::Part {
        found.extend(at_other_end(lemma, first, to, direction));
    }
    found
}

/// What parts make of the end of `first` at which `to` does not stand.
fn at_other_end<'a>(
    lemma: &str,
    first: &'a str,
    to: &str,
    direction: Direction,
) -> impl Iterator<Item = String> + 'a {
    let is_last_crossed = first.ends_with(to) && !lemma.ends_with(to);
    let kept_min = to.len().max(REST_BYTES_MIN);
    let parts = bridges().iter().filter(|bridge| bridge.place == BridgePlace::Part);
    parts.filter_map(move |bridge| {
        let (from, other) = direction.sides(bridge);
        let is_kept = |kept: &&str| kept.len() >= kept_min;
        match is_last_crossed {
            true => first.strip_prefix(from).filter(is_kept).map(|kept| format!("{other}{kept}")),
            false => first.strip_suffix(from).filter(is_kept).map(|kept| format!("{kept}{other}")),
        }
    })
}

/// From which written form to which.
#[derive(Debug, Clone, Copy)]
enum Direction {
    ToNynorsk,
    ToBokmal,
}

impl Direction {
    fn sides(self, bridge: &Bridge) -> (&'static str, &'static str) {
        match self {
            Direction::ToNynorsk => (bridge.bokmal, bridge.nynorsk),
            Direction::ToBokmal => (bridge.nynorsk, bridge.bokmal),
        }
    }
}

/// The nynorsk words that the tables of parts and words lead to from the bokmål `lemma`, and those by the regular *-het*.
pub(crate) fn nynorsk_by_table(lemma: &str) -> Vec<String> {
    let is_sure = |bridge: &&Bridge| {
        bridge.place != BridgePlace::End || matches!(bridge.nynorsk, "heit" | "gjevande" | "vald")
    };
    let mut found: Vec<String> = bridges()
        .iter()
        .filter(is_sure)
        .filter_map(|bridge| cross(lemma, bridge.bokmal, bridge.nynorsk, bridge.place))
        .filter(|other| other != lemma)
        .collect();
    found.dedup();
    found
}

/// Whether the tables of parts and words lead from one of the two to the other. The word list of bokmål has many spellings that only nynorsk
/// uses in print (*forskingsråd*, *framdrift*), so that both being in it does not make them two words. A short part is believed where
/// the rest is a word (*vei|bygging*, not *bo|lle*), which `is_lemma` tells.
pub(crate) fn is_pair(lemma: &str, other: &str, is_lemma: impl Fn(&str) -> bool) -> bool {
    let is_sure = |bridge: &Bridge, lemma: &str, from: &str| {
        let is_long = from.chars().count() >= SURE_PART_LETTERS || lemma == from;
        let rest = lemma.strip_suffix(from).or_else(|| lemma.strip_prefix(from));
        bridge.place != BridgePlace::End && (is_long || rest.is_some_and(&is_lemma))
    };
    // Two parts that both cross are no accident: *syke|hjem*.
    let by_two = |bokmal: &str, first: &str, bridge: &Bridge, nynorsk: &str| {
        bridge.place == BridgePlace::Part
            && at_other_end(bokmal, first, bridge.nynorsk, Direction::ToNynorsk)
                .any(|second| second == nynorsk)
    };
    bridges().iter().any(|bridge| {
        [(lemma, other), (other, lemma)].into_iter().any(|(bokmal, nynorsk)| {
            cross(bokmal, bridge.bokmal, bridge.nynorsk, bridge.place).is_some_and(|first| {
                (first == nynorsk && is_sure(bridge, bokmal, bridge.bokmal))
                    || by_two(bokmal, &first, bridge, nynorsk)
            })
        })
    })
}

/// Parts of so many letters are no accident in a word.
const SURE_PART_LETTERS: usize = 4;

/// The bokmål words that a nynorsk lemma corresponds to: by the tables, or by the sounds that the written forms spell
/// differently; in no order.
pub(crate) fn to_bokmal(lemma: &str) -> impl Iterator<Item = String> + '_ {
    let index = index();
    index
        .ending_as(lemma)
        .chain(index.beginning_as(lemma))
        .filter_map(|bridge| cross(lemma, bridge.nynorsk, bridge.bokmal, bridge.place))
        .chain(by_sound(lemma))
        .filter(move |other| other != lemma)
}

/// Nynorsk keeps diphthongs and palatal consonants that bokmål has given up: *peike* peke, *raud* rød, *tenkje* tenke.
const SOUNDS: [(&str, &str); 8] = [
    ("ei", "e"),
    ("au", "ø"),
    ("øy", "ø"),
    ("kj", "k"),
    ("gj", "g"),
    ("mj", "m"),
    ("heim", "hjem"),
    ("utan", "uten"),
];

/// Candidates of [`to_bokmal`] for lemmas of four letters or more: shorter ones meet too many other words.
fn by_sound(lemma: &str) -> impl Iterator<Item = String> + '_ {
    let is_long = lemma.chars().count() >= 4 && !lemma.ends_with('j');
    let changed = SOUNDS.iter().filter(move |(nynorsk, _)| is_long && lemma.contains(nynorsk));
    let doubled = is_long && (lemma.ends_with('n') || lemma.ends_with('l'));
    let double = lemma.chars().next_back().filter(|_| doubled).map(|last| format!("{lemma}{last}"));
    changed.map(|(nynorsk, bokmal)| lemma.replacen(nynorsk, bokmal, 1)).chain(double)
}

/// The bridges by the last bytes of the nynorsk side, and those of parts by the first ones. Most words of a vocabulary are asked for the
/// bridges of several possible lemmas, so that a search must not compare with all of them.
struct Index {
    ends: Buckets,
    beginnings: Buckets,
}

/// Bridges by [`KEY_BYTES`] bytes of a side, and those with a shorter side by the byte at its end.
struct Buckets {
    by_key: Vec<Vec<Bridge>>,
    short: Vec<Vec<Bridge>>,
}

/// With three bytes the bucket of *-ing* has 108 of the 540 bridges, with four the largest one (*-ning*) has 16.
const KEY_BYTES: usize = 4;
/// Buckets; keys that fall together cost a comparison.
const BUCKETS: usize = 4096;

impl Index {
    fn ending_as<'a>(&'a self, lemma: &str) -> impl Iterator<Item = &'a Bridge> + use<'a> {
        let bytes = lemma.as_bytes();
        self.ends.of(bytes.last_chunk().copied(), bytes.last().copied())
    }

    fn beginning_as<'a>(&'a self, lemma: &str) -> impl Iterator<Item = &'a Bridge> + use<'a> {
        let bytes = lemma.as_bytes();
        self.beginnings.of(bytes.first_chunk().copied(), bytes.first().copied())
    }
}

impl Buckets {
    fn new() -> Buckets {
        Buckets { by_key: vec![Vec::new(); BUCKETS], short: vec![Vec::new(); 256] }
    }

    fn add(&mut self, bridge: Bridge, key: Option<[u8; KEY_BYTES]>, edge: Option<u8>) {
        match (key, edge) {
            (Some(key), _) => self.by_key[bucket(key)].push(bridge),
            (None, Some(edge)) => self.short[usize::from(edge)].push(bridge),
            (None, None) => {}
        }
    }

    fn of(&self, key: Option<[u8; KEY_BYTES]>, edge: Option<u8>) -> impl Iterator<Item = &Bridge> {
        let long = key.map_or(&[][..], |key| &self.by_key[bucket(key)]);
        let short = edge.map_or(&[][..], |edge| &self.short[usize::from(edge)]);
        long.iter().chain(short)
    }
}

fn bucket(key: [u8; KEY_BYTES]) -> usize {
    key.iter().fold(0, |sum, byte| (sum * 31 + usize::from(*byte)) % BUCKETS)
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index { ends: Buckets::new(), beginnings: Buckets::new() };
        for bridge in bridges().iter().filter(|bridge| bridge.place != BridgePlace::Seam) {
            let bytes = bridge.nynorsk.as_bytes();
            index.ends.add(*bridge, bytes.last_chunk().copied(), bytes.last().copied());
            if bridge.place == BridgePlace::Part {
                index.beginnings.add(*bridge, bytes.first_chunk().copied(), bytes.first().copied());
            }
        }
        index
    })
}

/// What is left of a compound beside the part has so many bytes: *helt* (hero) is not *hel + t*, nor *bok* *bo + k*.
const REST_BYTES_MIN: usize = 3;

fn cross(lemma: &str, from: &str, to: &str, place: BridgePlace) -> Option<String> {
    match place {
        BridgePlace::Word => (lemma == from).then(|| to.to_owned()),
        BridgePlace::End => {
            let stem = lemma.strip_suffix(from)?;
            (stem.len() >= 2).then(|| format!("{stem}{to}"))
        }
        BridgePlace::Seam => {
            let (before, after) = lemma.split_once(from)?;
            (before.len() >= 2 && !after.is_empty()).then(|| format!("{before}{to}{after}"))
        }
        BridgePlace::Part => match lemma.strip_suffix(from) {
            Some(stem) if stem.is_empty() || stem.len() >= REST_BYTES_MIN => Some(format!("{stem}{to}")),
            _ => {
                let rest = lemma.strip_prefix(from).filter(|rest| rest.len() >= REST_BYTES_MIN)?;
                Some(format!("{to}{rest}"))
            }
        },
    }
}
