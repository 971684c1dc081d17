//! The frequent words of both written forms that follow no rule, and those that no word list of nouns, verbs and
//! adjectives has. Made by hand.

use super::lexicon::WordClass::{self, Adjective, Adverb, Function, Noun, Verb};

pub(crate) struct Words {
    pub(crate) class: WordClass,
    /// The lemma, then its other forms; entries are separated by `|`.
    entries: &'static str,
}

pub(crate) static BOKMAL: [Words; 5] = [
    Words {
        class: Noun,
        entries: "leder lederen ledere lederne|lærer læreren lærere lærerne|komité komiteen komiteer komiteene|\
                  idé ideen ideer ideene|data dataen dataene|verden verdens|hånd hånden hånda hender hendene|kraft kraften krafta krefter kreftene|regel regelen regler reglene|\
                  senter senteret sentret sentre sentrene sentra|sentrum sentrumet sentre sentrene sentra",
    },
    Words {
        class: Function,
        entries: "og|i|på|av|til|for|med|om|fra|ved|som|at|å|ikke|men|før|eller|så|når|hvis|fordi|mens|enn|etter|under|over|mot|\
                  siden|rundt|overfor|innenfor|utenfor|ovenfor|nedenfor|foran|bak|enten|verken|hvorvidt|enhver ethvert|\
                  slik slikt slike|egen eget egne|ett|én éi|eneste|litt|felles|ens|unntatt|angående|via|selvom|\
                  mellom|gjennom|hos|uten|innen|blant|langs|per|ifølge|jeg meg|du deg|han ham|hun henne|den|det|de dem|\
                  vi oss|dere|seg|en ei et|min mi mitt mine|din di ditt dine|sin si sitt sine|vår vårt våre|deres|\
                  denne dette disse|hvem|hva|hvor|hvordan|hvorfor|hvilken hvilket hvilke|noen noe|all alle alt|\
                  hver hvert|begge|selv|samme|annen andre annet|ingen intet|to|tre|fire|fem|seks|sju|åtte|ni|ti|hverandre|dersom|både|samt|ja|nei",
    },
    Words {
        class: Verb,
        entries: "være er var vært|ha har hadde hatt|bli blir ble blitt blei|kunne kan kunnet|skulle skal skullet|\
                  ville vil villet|måtte må måttet|burde bør burdet|få får fikk fått|gjøre gjør gjorde gjort|gå går gikk gått|\
                  komme kommer kom kommet|ta tar tok tatt|se ser så|si sier sa sagt|gi gir ga gav gitt|stå står sto stod stått|\
                  vite vet visste visst|be ber ba bad bedt|skrive skriver skrev skrevet|drive driver drev drevet|\
                  finne finner fant funnet|falle faller falt|hjelpe hjelper hjalp hjulpet|slutte slutter sluttet slutta|\
                  velge velger valgte valgt|følge følger fulgte fulgt|synes syns syntes|la lar lot latt|legge legger la lagt|sette setter satt|finnes fantes|skyldes skyldtes|trives trivdes|lykkes lyktes|åpne åpner åpnet åpna",
    },
    Words {
        class: Adjective,
        entries: "stor større størst største|god bedre best beste|liten lita lite små mindre minst minste|\
                  gammel eldre eldst eldste|lang lengre lengst lengste|ung yngre yngst yngste|mange flere flest fleste|\
                  mye mer mest meste|få færre færrest|dårlig verre verst verste|høy|nær nærmere nærmest nærmeste|\
                  ung unge|opptatt opptatte|ansatt ansatte|motsatt motsatte|overordnet overordnede overordna|\
                  følgende|nødt nødte|verdt|fornøyd fornøyde|lett lettere lettest letteste|omfattende|bevisst bevisste|\
                  eneste|gjennomgående|svensk svenske|stille stillere|åpen åpent åpne åpnere åpnest åpneste",
    },
    Words {
        class: Adverb,
        entries: "også|bare|her|der|da|nå|dermed|likevel|derfor|alltid|aldri|ofte|svært|særlig|heller|nesten|frem|fram|framover|\
                  fremover|bakover|innover|utover|oppover|nedover|uansett|fortsatt|ellers|dessverre|dessuten|imidlertid|\
                  kanskje|lenge lenger lengst|hjemme|ute|inne|oppe|nede|igjen|sammen|tilbake|videre|dels|fort fortere fortest",
    },
];

pub(crate) static NYNORSK: [Words; 5] = [
    Words {
        class: Function,
        entries: "og|i|på|av|til|for|med|om|frå|ved|som|at|å|ikkje|men|før|eller|så|når|dersom|fordi|medan|enn|etter|under|over|\
                  mot|mellom|gjennom|hos|utan|innan|blant|langs|per|ifølgje|overfor|innanfor|utanfor|ovanfor|nedanfor|framfor|\
                  føre|bak|anten|verken|korkje|slik slikt slike|felles|einaste|eitt eine|litt|rundt|innafor|utafor|via|eg meg|du deg|han|ho henne|den|det|dei|\
                  vi me oss|de dykk|seg|ein ei eit|min mi mitt mine|din di ditt dine|sin si sitt sine|vår vårt våre|deira|\
                  denne dette desse|kven|kva|kvar kvart|korleis|kvifor|nokon noko nokre|all alle alt|begge|sjølv|same|\
                  annan anna andre|ingen inga inkje|to|tre|fire|fem|seks|sju|åtte|ni|ti|kvarandre|både|samt|då|ja|nei",
    },
    Words {
        class: Verb,
        entries: "vere er var vore vera|ha har hadde hatt|bli blir blei blitt|verte vert vart vorte|kunne kan kunna|\
                  skulle skal skulla|ville vil villa|måtte må måtta|burde bør burda|få får fekk fått|gjere gjer gjorde gjort \
                  gjera gjord|gå går gjekk gått|kome kjem kom koma komen komne|ta tek tok teke tar teken tekne tatt|\
                  sjå ser såg sett|seie seier sa sagt seia|gje gjev gav gjeve|gi gir gitt|stå står stod stått|\
                  vite veit visste visst|la lèt lét late lar|leggje legg la lagt lagd leggja|setje set sette sett setja|\
                  liggje ligg låg lege liggja|sitje sit sat sete|halde held heldt haldt halden haldne halda|finne finn fann funne funnen|\
                  skrive skriv skreiv skrive skriven skrivne|drive driv dreiv drive driven drivne|bryte bryt braut brote|\
                  dra dreg drog drege|slå slår slo slege|velje vel valde valt vald|følgje følgjer følgde følgt følgd|\
                  spørje spør spurde spurt|fortelje fortel fortalde fortalt|vekse veks vaks vakse|binde bind batt bunde \
                  bunden bundne|vinne vinn vann vunne|gjelde gjeld gjaldt|bere ber bar bore boren borne|fare fer for|\
                  bu bur budde butt|døy døyr døydde døytt|tru trur trudde trutt|vise viser viste vist|auke aukar auka|skje skjer skjedde skjedd|\
                  tyde tyder tydde tydt|nå når nådde nådd|nytte nyttar nytta|søkje søkjer søkte søkt|krevje krev kravde kravd|\
                  leve lever levde levd|byggje byggjer bygde bygd|tenkje tenkjer tenkte tenkt|skape skaper skapte skapt|\
                  vedta vedtek vedtok vedteke vedteken vedtekne|gjennomføre gjennomfører gjennomførte gjennomført|\
                  motta mottek mottok motteke|omfatte omfattar omfatta|innehalde inneheld inneheldt|oppretthalde opprettheld|\
                  samle samlar samla|be bed bad bede|lese les las lese|ete et åt|syne syner synte synt|\
                  møte møter møtte møtt|hjelpe hjelper hjelpte hjelpt|kalle kallar kalla|føre fører førte ført|\
                  bidra bidreg bidrog bidrege|foreslå foreslår foreslo foreslått|finnast finst fanst|synast synest syntest|skuldast|trivast trivst|\
                  lukkast lukkest|trengast trengst|slite slit sleit slite|eige eig åtte|knyte knyter knytte|\
                  heite heiter heitte|be ber bad bede bedt|syngje syng song|nemne nemner nemnde nemnt nemnd|\
                  høyre høyrer høyrde høyrt|køyre køyrer køyrde køyrt|love lovar lova",
    },
    Words {
        class: Noun,
        entries: "marknad marknaden marknader marknadene|vilje viljen|skuld skulda|forvaltning forvaltninga|komité komiteen \
                  komitear komiteane|idé ideen idear ideane|data dataa|regel regelen reglar reglane|mann mannen menn mennene|bok boka bøker bøkene|barn barnet barna borna born|hand handa hender hendene|\
                  fot foten føter føtene|natt natta netter nettene|kraft krafta krefter kreftene|son sonen søner sønene|\
                  far faren fedrar fedrane|bror broren brør brørne|mor mora mødrer mødrene|dotter dottera døtrer døtrene|\
                  stad staden stader stadar stadene stadane|år året åra|land landet landa|del delen delar delane|\
                  tenestemann tenestemenn|ting tingen tinga|menneske mennesket menneska|auge auget augo auga|\
                  folk folket folka|hus huset husa|råd rådet råda|krav kravet krava|mål målet måla|tal talet tala|val valet vala|\
                  vilkår vilkåra|nemnd nemnda nemnder|leiar leiaren leiarar leiarane|lærar læraren lærarar lærarane|\
                  innbyggjar innbyggjaren innbyggjarar innbyggjarane|middel middelet middla midla|tiltak tiltaket tiltaka|oppgjer oppgjeret oppgjera|\
                  lov lova lover lovene|innsikt innsikta innsikter innsiktene|oversikt oversikta oversikter oversiktene|\
                  utsikt utsikta utsikter utsiktene|norm norma normer normene|mengd mengda mengder mengdene|\
                  veke veka veker vekene",
    },
    Words {
        class: Adjective,
        entries: "stor større størst største|god gode godt betre best beste|liten lita lite små mindre minst minste vesle|\
                  gammal gamle gammalt eldre eldst eldste|lang lengre lengst lengste|ung yngre yngst yngste|\
                  mange fleire flest fleste|mykje meir mest meste|få færre færrast|dårleg dårlege verre verst verste|\
                  høg høge høgt høgare høgast høgaste|ny nye nytt nyare nyaste|eigen eige eiga eigne|open ope opne opnare opnast opnaste|\
                  vaksen vakse vaksne|nær nærare nærast næraste|fri frie fritt|ulik ulike ulikt|norsk norske|viktig viktige|heil heile heilt|raud raude raudt|grøn grøne grønt|brei breie breitt|grei greie greitt|lett lette lettare \
                  lettast|ung unge|oppteken oppteke opptekne|omfattande|følgjande|gjeldande|grunnleggjande|krevjande|spennande|\
                  vidaregåande|noverande|tilsvarande|avgjerande|enkel enkelt enkle enklare enklast|tilsett tilsette|\
                  folkevald folkevalde|medviten medvite medvitne",
    },
    Words {
        class: Adverb,
        entries: "elles|uansett|samrøystes|framover|bakover|utover|innover|oppover|nedover|fram|heime|ute|inne|saman|\
                  tilbake|vidare|truleg|kanskje|diverre|dessutan|imidlertid|lenge lenger lengst|fort fortare fortast|dels|\
                  òg|også|berre|her|der|no|dermed|likevel|difor|alltid|aldri|ofte|svært|særleg|nok|heller|nedanfor|ovanfor|utanfor",
    },
];

impl Words {
    /// Each form with its lemma; the lemma is a form of itself.
    pub(crate) fn forms(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.entries.split('|').flat_map(|entry| {
            let lemma = entry.split_whitespace().next().unwrap_or_default();
            entry.split_whitespace().map(move |form| (form, lemma))
        })
    }
}
