"""What each year's letter says for itself. Fictitious throughout."""

YEARS = {
2011: {"date": "2010-12-20", "total": 1840, "producer": "libreoffice",
"intro": """Departementet viser til Stortingets behandling av budsjettet og gir med dette rammer, mål og krav til etaten for 2011. Brevet er utformet etter prinsippene for mål- og resultatstyring, slik de er fastsatt i reglement for økonomistyring i staten.{{Henvisningen gjelder et fiktivt reglement laget for dette eksempelet.}}

Målstrukturen er videreført fra i fjor med ett unntak: Det tidligere hovedmålet om kortere ventetid er delt i to, fordi etaten selv har pekt på at ventetiden i telefon og ventetiden på vedtak har ulike årsaker.""",
"goals": """### 2.1 Rett ytelse til rett tid

Etaten skal sørge for at brukerne får det de har krav på, verken mer eller mindre. Saksbehandlingstiden for uføresaker er for lang i tre fylker, og etaten skal legge fram en plan for disse innen 1. mai. Departementet vil følge planen tett, også med detaljstyring av bemanningen dersom restansene ikke er redusert ved halvårsskiftet.

### 2.2 Flere i arbeid

Resultatstyringen skal bidra til at kontorene prioriterer brukere som står langt fra arbeidsmarkedet. Målstyringen har hittil premiert de raske sakene, og etaten bes vurdere om vektingen bør endres. Samarbeidet med fylkeskommunene om karriereveiledning formaliseres i et partnerskap.""",
"measures": "Departementet har fastsatt tolv styringsparametere, hvorav de fire viktigste er gjengitt nedenfor. De øvrige følger av vedlegget om mål- og resultatstyring. Etaten rapporterer månedlig på alle tolv.",
"lead": "Følgende oppdrag skal være gjennomført innen utgangen av året. Hver leveranse godkjennes av departementet før neste trinn settes i gang.",
"tasks": ["Utrede felles mottak for post og skanning i Midt-Norge.", "Gjennomgå rutinene for tilbakekreving og foreslå forenklinger.", "Levere månedlige bemanningstall fordelt på fylke, enhet og stillingskode.", "Evaluere forsøket med tidlig oppfølging av unge arbeidssøkere."],
"common": "Etaten har vide oppgaver og et snevert handlingsrom. Departementet er kjent med at kontorene opplever rapporteringen som detaljstyrende. Inntil restansene er brakt ned, finner vi det likevel nødvendig å detaljstyre bruken av overtid og innleie."},

2012: {"date": "2012-01-09", "total": 1905, "producer": "weasyprint", "sidecar": True,
"intro": """Brevet for 2012 gjør rede for hva departementet forventer av etaten i budsjettåret. I tråd med etatens samfunnsoppdrag skal arbeidsrettet oppfølging komme først, også når pågangen på ytelsesområdet er stor.

Departementet konstaterer at restansene er redusert med en tredjedel siden sommeren. Det gir grunn til å gå gjennom hvilke krav som fortsatt trengs, og hvilke som kan falle bort.""",
"goals": """### 2.1 Arbeid først

Unge under 30 år skal ha et møte med en veileder innen fire uker. Etaten står fritt til å organisere møtene som den vil, men kravet om fire uker ligger fast. For langtidsledige skal tiltaksplassene benyttes fullt ut gjennom hele året.

### 2.2 God service og riktig kvalitet

Prosessinnovasjon i ytelsesforvaltningen har vist seg mulig uten lovendring. Forsøket med parallell innhenting av legeerklæringer ga to uker kortere behandlingstid, og det skal nå tas i bruk i hele landet. Etaten skal beskrive hvordan slike innovasjoner spres mellom kontorene.""",
"measures": "Antallet styringsparametere er redusert fra tolv til ti. Mål- og resultatstyring forutsetter at parameterne er stabile over tid, og departementet legger derfor ikke opp til nye endringer i perioden. Indikatorene for målstyringen på kontornivå fastsetter etaten selv.",
"lead": "Departementet ber om at disse oppdragene prioriteres innenfor rammen.",
"tasks": ["Innføre parallell innhenting av legeerklæringer i alle fylker.", "Utvikle et elektronisk søknadsskjema for dagpenger.", "Kartlegge hvor mye tid kontorene bruker på intern rapportering.", "Bidra i arbeidet med ny pensjonsordning for mindre grupper."],
"common": "Kravet til månedlige bemanningstall videreføres ut første halvår. Deretter vil detaljstyringen av bemanningen opphøre dersom utviklingen fortsetter. Etaten skal følge opp avtalen om et mer inkluderende arbeidsliv og rapportere om sykefraværet."},

2013: {"date": "2013-01-04", "total": 1968, "producer": "typst",
"intro": """I 2013 skal etaten forberede en stor reform av uføretrygden. Det meste av utviklingskapasiteten er bundet til dette, og departementet har derfor vært tilbakeholdent med nye oppdrag.

Tildelingsbrevet er kortere enn tidligere. Vi har fjernet gjentakelser fra lov og instruks, og lagt vekt på hva som er nytt. Samfunnsoppdraget er det samme: flere i arbeid, færre på stønad og en velferdsforvaltning som folk kjenner seg godt møtt av.""",
"goals": """### 2.1 Uførereformen

Omregningen av vel 300 000 saker skal være prøvd i full skala innen 1. oktober. Etaten har ansvar for at rådgivere og brukere får god informasjon i forkant. Det er etatens ledelse som avgjør rekkefølgen på leveransene, så lenge fristen for omregning står.

### 2.2 En etat som lærer

Medarbeiderdrevet innovasjon er et lite brukt potensial. Kontorer som har prøvd ut forslag fra egne ansatte, har kortere ventetid enn andre.{{Tallene er oppdiktet. Undersøkelsen omfattet 34 tenkte kontorer.}} Departementet ber etaten om å legge til rette for at forslag blir prøvd, og at de som ikke virker, blir lagt bort.""",
"measures": "Styringen skal skje ved mål- og resultatstyring på overordnet nivå. Parameterne under er ikke ment som en uttømmende beskrivelse av hva etaten skal få til, og de skal ikke brytes ned til krav for den enkelte medarbeider.",
"lead": "Oppdragene er få, og departementet ber om korte statusmeldinger.",
"tasks": ["Gjennomføre to prøveomregninger av uføresaker.", "Prøve ut tjenesteinnovasjon i samarbeid med tre kommuner.", "Legge fram plan for digitalisering av inntektsopplysninger fra arbeidsgivere.", "Rapportere om tilsettinger av personer med nedsatt funksjonsevne."],
"common": "Etaten har i møte tatt opp at antallet kontrollspørsmål fra departementet er høyt. Vi er enige i at dette kan oppleves som detaljstyring, og vil samle spørsmålene i de ordinære møtene."},

2014: {"date": "2013-12-20", "total": 2055, "producer": "pdftex",
"intro": """Regjeringen har satt i gang et arbeid med å fjerne tidstyver og unødig byråkrati. Avbyråkratisering er et felles oppdrag til alle statlige virksomheter, og etaten skal gå foran. Det betyr ikke bare færre skjemaer for innbyggerne, men også færre interne krav.

Departementet vil for egen del bidra til avbyråkratiseringen ved å halvere antallet rapporteringspunkter i dette brevet.""",
"goals": """### 2.1 En enklere hverdag for folk flest

Innbyggerne skal ikke måtte gi samme opplysning to ganger. Etaten skal kartlegge de ti skjemaene som skaper mest byråkrati, og foreslå hvilke som kan fjernes. Tidstyver i egen virksomhet meldes inn til departementet innen 1. september.

### 2.2 Omstilling til ny kontorstruktur

Omstillingen til færre og større enheter starter i år. Ledere på alle nivåer skal få opplæring i omstillingsarbeid, og de tillitsvalgte skal være med fra start. Departementet legger til grunn at omstillingen gir frigjort tid som kan brukes til oppfølging av brukere.""",
"measures": "Departementet har valgt ut fem parametere. Mål- og resultatstyring ligger fortsatt til grunn, men resultatkravene er ambisjoner og ikke minstekrav.",
"lead": "Etaten får følgende oppdrag:",
"tasks": ["Rapportere om fjernede tidstyver og resultatet av avbyråkratiseringstiltakene.", "Foreslå en ny kontorstruktur, med vurdering av reisetid for brukerne.", "Prøve ut digital melding om sykefravær.", "Gi råd om regelverk som hindrer innovasjon på kontorene.", "Avslutte prosjektet om felles mottak for post."],
"common": "Fellesføringen for 2014 gjelder tidstyver. Etaten skal beskrive hvordan medarbeidernes forslag er fulgt opp. Byråkratiske rutiner som bare finnes fordi de alltid har vært der, skal avvikles."},

2015: {"date": "2014-12-19", "total": 2110, "producer": "weasyprint", "language": "nn",
"intro": """Departementet sender med dette tildelingsbrevet for 2015. Året er prega av omstilling i heile velferdsforvaltninga, og etaten skal ta i bruk den nye kontorstrukturen frå 1. april.

Regjeringa held fram arbeidet mot unødvendig byråkrati. Etaten har gjort eit godt arbeid med avbyråkratisering i 2014, og departementet ventar at gevinstane blir synlege for brukarane i år.""",
"goals": """### 2.1 Omstillinga må merkast av brukarane

Omstillingsarbeidet har til no handla mest om organisasjonen. I 2015 skal merksemda flyttast til brukarane. Etaten skal måle om dei får raskare svar, og om dei møter færre ulike sakshandsamarar.

### 2.2 Tenesteinnovasjon saman med kommunane

Etaten skal prøve ut tenesteinnovasjon på minst fem kontor. Forsøka skal byggje på det brukarane sjølve fortel. Kommunane er likeverdige partar, og eit partnerskap skal avklare kven som betaler for kva. Handlingsrommet i regelverket er større enn mange trur, og departementet svarer gjerne på spørsmål om det.""",
"measures": "Målstyringa blir forenkla. Etaten rapporterer på fire parametrar til departementet, og avgjer sjølv korleis kontora skal følgjast opp. Mål- og resultatstyring er ein reiskap, ikkje eit føremål i seg sjølv.",
"lead": "Departementet ber etaten om å gjennomføre desse oppdraga i 2015:",
"tasks": ["Ta i bruk ny kontorstruktur og rapportere om omstillinga kvart tertial.", "Gjennomføre omrekninga av uføresaker utan avbrot i utbetalingane.", "Leggje fram ein samla plan for digitalisering av søknader.", "Fjerne ti skjema som skaper byråkrati for små verksemder."],
"common": "Fellesføringa frå regjeringa gjeld framleis tidstjuvar. Departementet vil ikkje detaljstyre korleis etaten løyser oppgåva, men ber om ei kort omtale i årsrapporten. Etaten skal følgje språklova sine krav til nynorsk og bokmål."},

2016: {"date": "2015-12-21", "total": 2098, "producer": "libreoffice", "format": "docx",
"intro": """Omstillingen av norsk økonomi etter oljeprisfallet preger arbeidsmarkedet i vest og sør. Etaten skal være til stede der folk mister jobben, og skal kunne flytte ressurser raskt mellom regionene.

Departementet har lagt vekt på å gi etaten større handlingsrom. Brevet angir hva som skal oppnås, men i mindre grad hvordan.""",
"goals": """### 2.1 Omstilling i arbeidsmarkedet

Omstillingskompetanse skal være tilgjengelig i alle fylker som er rammet av nedbemanning. Etaten kan inngå partnerskap med omstillingsenheter, fagskoler og bedrifter. Ved større nedbemanninger skal etaten være på plass innen to dager.

### 2.2 Samskaping med kommunene

Flere kommuner har vist at samskaping gir bedre tjenester enn bestilling. Med samskaping mener departementet at innbyggere, frivillige og offentlige tjenester utformer løsningen sammen, fra problem til drift. Etaten skal bidra i tre slike forløp og dokumentere hva de koster.

### 2.3 Digitale førstevalg

Digitaliseringen av dagpengesøknaden gir gevinster som kan tas ut i oppfølgingen. Etaten skal vise hvor mange årsverk som er omdisponert.""",
"measures": "Parameterne er uendret fra 2015. Mål- og resultatstyring skal støtte dialogen, og departementet vil bruke mer tid på vurderinger og mindre på avvik i desimaler.",
"lead": "Oppdragene for året er:",
"tasks": ["Opprette beredskap for omstilling i de fire fylkene med høyest ledighet.", "Delta i samskapingsforløp med tre kommuner.", "Fullføre digitalisering av meldekortet.", "Redusere byråkratiet i tiltaksanskaffelsene i samråd med leverandørene.", "Vurdere organisatorisk innovasjon i ytelseslinjen, herunder spesialiserte team."],
"common": "Etaten skal redusere bruken av konsulenter og bygge egen kompetanse. Effektiviseringskravet på 0,8 prosent er trukket fra rammen. Avbyråkratiseringen fortsetter, men rapporteres heretter bare i årsrapporten."},

2017: {"date": "2016-12-22", "total": 2140, "producer": "chromium",
"intro": """Tildelingsbrevet for 2017 bygger på den langsiktige planen etaten la fram i sommer. Departementet deler etatens vurdering av at omstillingsevne blir viktigere enn faste strukturer.

Ledigheten har flatet ut, men gapet mellom dem som har kompetanse og dem som ikke har, øker. Etatens samfunnsoppdrag må forstås i lys av dette.""",
"goals": """### 2.1 Kompetanse for omstilling

Etaten skal vri midler fra korte kurs til yrkesrettet opplæring. Omstillingen skal skje gradvis slik at leverandørene kan tilpasse seg. Det skal være mulig å kombinere ytelse og utdanning i større grad enn i dag.

### 2.2 Innovasjon i oppfølgingen

Innovasjonsarbeidet har hittil vært drevet av ildsjeler. Etaten skal utvikle innovasjonsledelse som en del av lederopplæringen, og gi kontorene rom til å prøve og feile i liten skala. Sosial innovasjon i samarbeid med ideelle aktører kan gi nye arbeidsplasser til dem som står lengst unna.{{Ordet sosial innovasjon brukes her om nye løsninger på sosiale behov.}}

### 2.3 Digitalisering med gevinst

Digitalisering av sykefraværsoppfølgingen er årets største utviklingsoppgave. Etaten skal legge vekt på universell utforming og klart språk.""",
"measures": "Det er fastsatt fire parametere. Resultatstyring på kontornivå er etatens ansvar. Departementet understreker at målstyring ikke må gå på bekostning av skjønn.",
"lead": "Departementet ber etaten gjennomføre følgende:",
"tasks": ["Starte lederprogram med vekt på innovasjonsledelse og omstilling.", "Samskape minst én ny tjeneste for unge med ungdom som målgruppe.", "Levere første versjon av digital sykefraværsoppfølging.", "Gi en samlet framstilling av partnerskap med næringslivet."],
"common": "Etaten skal arbeide for flere lærlinger. Informasjonssikkerheten skal styrkes i tråd med IKT-utviklingen, og avvik meldes uten opphold. Kontakt mellom departement og etat skjer på e-post til postmottaket."},

2018: {"date": "2017-12-20", "total": 2205, "producer": "typst",
"intro": """Departementet og etaten har i høst drøftet hvordan styringen kan bli mer tillitsbasert. Konklusjonen er at brevet skal være kortere, at målene skal være færre, og at etaten skal få tre år på seg i stedet for ett.

Inkluderingsdugnaden er regjeringens viktigste satsing på området. Etaten har en nøkkelrolle, og det er en del av etatens samfunnsoppdrag å gjøre det trygt for arbeidsgivere å ansette noen med hull i CV-en.""",
"goals": """### 2.1 Inkludering

Flere med nedsatt funksjonsevne eller helseproblemer skal i ordinært arbeid. Etaten disponerer virkemidlene samlet og kan flytte mellom dem gjennom året. Det er ikke lenger egne måltall for hvert enkelt tiltak.

### 2.2 Tillitsbasert ledelse i kontorene

Tillitsbasert ledelse prøves ut i to regioner. Medarbeiderne skal ha større handlingsrom i møte med brukeren, og lederne skal spørre hva som hindrer godt arbeid. Forsøket følges av forskere.

### 2.3 Digitalisering av ytelsene

Digitaliseringen av foreldrepenger er levert til avtalt tid. Erfaringene fra små, selvstendige team skal tas med videre til sykepenger. Etaten skal vise hvordan teknologisk innovasjon kan gi færre feilutbetalinger.""",
"measures": "Departementet har valgt tre hovedparametere og én som følges for læring. Mål- og resultatstyring skal i forsøksregionene suppleres med samtaler om kvalitet.",
"lead": "Departementet gir følgende oppdrag:",
"tasks": ["Prøve ut tillitsbasert ledelse i to regioner og rapportere om erfaringene.", "Utvikle digital inntektsmelding sammen med arbeidsgivere.", "Bidra til samskaping om boliger og arbeid i to byer.", "Gjennomgå etatens interne krav og fjerne dem som ikke brukes."],
"common": "Fellesføringen for 2018 gjelder inkluderingsdugnaden: Minst fem prosent av nyansatte skal ha nedsatt funksjonsevne eller hull i CV-en. Etaten skal dessuten bistå andre statlige virksomheter med å nå målet."},

2019: {"date": "2018-12-21", "total": 2262, "producer": "pdftex", "language": "nn",
"intro": """Departementet gir med dette rammer for arbeidet til etaten i 2019. Vi held fram med tillitsbasert styring, og det meste av det som stod i brevet for 2018, gjeld også i år.

Samfunnsoppdraget til etaten er breitt. Skal det lukkast, må etaten velje, og departementet vil støtte leiinga når ho vel bort oppgåver som gir lite att.""",
"goals": """### 2.1 Fleire i arbeid

Inkluderingsarbeidet skal halde fram med same styrke. Etaten skal særleg følgje opp dei som har vore lenge på arbeidsavklaringspengar, og som no er ved slutten av perioden.

### 2.2 Samskaping og sosial innovasjon

Samskaping er ein arbeidsmåte som krev tid og tillit. Etaten skal delta der lokalsamfunna sjølve tek initiativ. Døme på sosiale innovasjonar frå distrikta skal samlast og delast, slik at andre kan lære av dei.

### 2.3 Digitalisering

Digitaliseringa skal komme alle til gode. Brukarar som ikkje meistrar digitale løysingar, skal framleis få hjelp frå eit menneske. Etaten skal prøve ut medarbeidardriven innovasjon i utviklinga av interne verktøy.""",
"measures": "Målstyring og kvalitetssamtalar skal utfylle kvarandre. Etaten fastset sjølv mål for einingane, og departementet ber ikkje om tal på lågare nivå.",
"lead": "Desse oppdraga skal gjennomførast i året:",
"tasks": ["Utvide forsøket med tillitsbasert leiing til to nye regionar.", "Leggje fram ein strategi for digitalisering og kunstig intelligens.", "Beskrive korleis samskapinga med kommunane blir finansiert.", "Gje råd om korleis handlingsrommet i regelverket kan gjerast betre kjent."],
"common": "Etaten skal bruke begge målformer. Minst 25 prosent av det allmenne tilfanget skal vere på nynorsk. Fellesføringa om inkludering blir vidareført, og lærlingordninga skal styrkjast."},

2020: {"date": "2019-12-20", "total": 2345, "producer": "libreoffice", "sidecar": True,
"intro": """Rettsikkerhet er hovedsaken i tildelingsbrevet for 2020. Feilpraktiseringen av en trygdebestemmelse har vist at etaten ikke alltid fanget opp signaler fra egne medarbeidere. Det må gjøres noe med kultur, regelverk og systemer på samme tid.

Tillitsbasert ledelse er ikke det motsatte av kontroll. Den krever at noen lytter når medarbeidere sier fra.""",
"goals": """### 2.1 Rettssikkerhet

Etaten skal gjennomgå alle berørte saker og utbetale det folk har krav på. Departementet mottar en statusrapport hver måned inntil saken er avsluttet. Vi er klar over at dette innebærer mer detaljert oppfølging enn det som ellers er forutsatt, og kravet oppheves så snart det er mulig.

### 2.2 Oppfølging

Antallet med arbeidsavklaringspenger har gått ned. Etaten skal vurdere hvordan det går med dem som mistet ytelsen, og særlig om de er kommet i arbeid.

### 2.3 Digitalisering og teknologi

Digitaliseringen av sykepenger skal fullføres. Teknologisk innovasjon skal hvile på et godt rettslig grunnlag, og automatiserte avgjørelser skal kunne forklares. Erfaringene med egenutviklede løsninger er gode, og partnerskap med leverandører skal brukes der markedet er bedre.""",
"measures": "Mål- og resultatstyring videreføres på overordnet nivå. Det er lagt til en parameter for retting av feil.",
"lead": "Departementet prioriterer følgende oppdrag:",
"tasks": ["Rette opp feil i enkeltsaker innen utgangen av september.", "Styrke det juridiske miljøet i linjen og i direktoratet.", "Fullføre digitaliseringen av sykepenger.", "Gjennomføre samskapingsverksteder med brukerorganisasjonene.", "Beskrive hvordan tillitsbasert styring og internkontroll kan virke sammen."],
"common": "Etaten skal bidra til å nå klimamålene gjennom færre reiser. Arbeidet med lærlinger og inkludering fortsetter. Departementet tar forbehold om endringer gjennom året."},

2021: {"date": "2021-01-06", "total": 2610, "producer": "weasyprint",
"intro": """Pandemien har gjort 2020 til et år uten sidestykke. På det meste kom det inn flere søknader på en uke enn i et vanlig år. Etaten svarte med hurtige løsninger, delegering og stor innsats fra medarbeidere i alle ledd.

Departementet vil bygge videre på det som virket. Når ansatte fikk handlingsrom til å finne løsninger, fant de dem. Det er et godt utgangspunkt for den tillitsreformen som nå drøftes i offentlig sektor.""",
"goals": """### 2.1 Ut av krisen

De som er permittert, skal tilbake i arbeid eller over i utdanning. Etaten skal prioritere unge og personer uten fullført videregående opplæring. Forskuddsordningen avvikles i løpet av våren.

### 2.2 Læring fra pandemien

Digitaliseringen skjøt fart da alternativene falt bort. Etaten skal gå gjennom hurtigløsningene og avgjøre hvilke som skal gjøres varige. Tjenesteinnovasjon under press gir ikke alltid gode tjenester, og brukerne skal være med i vurderingen.

### 2.3 Tillitsbasert styring

Departementet går over til ett tildelingsbrev med to hovedmål. Tillitsbasert styring forutsetter at begge parter kjenner hverandres situasjon, og det legges opp til gjensidig hospitering.""",
"measures": "Parameterne under er ment som grunnlag for samtale. På grunn av pandemien er flere resultater fra i fjor ikke sammenlignbare med tidligere år.",
"lead": "Departementet gir disse oppdragene:",
"tasks": ["Avvikle midlertidige ordninger på en forsvarlig måte.", "Evaluere bruken av digitale møter med brukere.", "Gi innspill til innholdet i en mulig tillitsreform.", "Videreføre samskaping med partene i arbeidslivet om inkludering.", "Levere digital løsning for permitteringsvarsel."],
"common": "Fellesføringene for 2021 gjelder inkludering og smittevern. Etaten skal legge fram en plan for fleksibelt arbeid etter pandemien. Erfaringer med digitalisering av tilsyn skal deles med andre etater."},

2022: {"date": "2022-01-12", "total": 2488, "producer": "chromium",
"intro": """Regjeringen vil gjennomføre en tillitsreform i offentlig sektor. Tillitsreformen skal gi ansatte tid og tillit til å yte gode tjenester, og den skal utformes i tett samarbeid med tillitsvalgte og brukere.

For etaten betyr det at tillitsreformen ikke er et prosjekt ved siden av driften, men en annen måte å drive på. Departementet har derfor fjernet en rekke krav fra dette brevet.""",
"goals": """### 2.1 Tillitsreform i praksis

Etaten skal velge tre områder der de som møter brukerne, får avgjøre mer selv. Valget tas sammen med de tillitsvalgte. Tillitsbasert ledelse innebærer at ledere forklarer hvorfor, og lar medarbeidere finne ut hvordan.

### 2.2 Et arbeidsliv med plass til flere

Ledigheten er lav og mange bedrifter mangler folk. Det er nå muligheten er størst for dem som har stått utenfor lenge. Etaten skal inngå partnerskap med bransjer som trenger arbeidskraft.

### 2.3 Digitalisering for et samfunn i endring

Digitaliseringsarbeidet skal gjøres i produktteam med ansvar for helheten. Innovasjon skjer når fag, teknologi og jus sitter rundt samme bord. Flyktninger fra krigen i Europa må kunne møtes raskt, også på språk de forstår.""",
"measures": "Det er tre hovedparametere og én læringsparameter. Etaten kan foreslå andre mål på kvalitet gjennom året.",
"lead": "Oppdragene er utformet sammen med etaten:",
"tasks": ["Velge tre områder for tillitsreformen og beskrive hva som endres.", "Prøve ut samskapte tjenester for unge uføre sammen med to fylkeskommuner.", "Utvikle digitalisering av bosettings- og arbeidssaker sammen med kommunene.", "Gjøre samskaping til en del av opplæringen for nye ledere."],
"common": "Fellesføringen om redusert konsulentbruk gjelder fra 2022. Etaten skal i størst mulig grad bygge og beholde kompetanse innen digitalisering i egen organisasjon. Desentralisert arbeid skal legges til rette for."},

2023: {"date": "2022-12-22", "total": 2530, "producer": "weasyprint", "language": "nn",
"intro": """Tildelingsbrevet for 2023 er det første som byggjer fullt ut på tillitsreforma. Departementet har i dialog med etaten og dei tilsette sine organisasjonar komme fram til eitt overordna mål og tre prioriteringar.

Samfunnsoppdraget ligg fast, men vegen dit er det etaten som vel. Tillitsreforma krev òg noko av departementet: Vi skal svare raskt, stille færre spørsmål og tole at ikkje alt går etter planen.""",
"goals": """### 2.1 Tillitsbasert leiing i heile etaten

Tillitsbasert leiing skal gjelde på alle nivå, også i direktoratet. Etaten skal beskrive kva leiarar har slutta med. Medarbeidardriven innovasjon skal ha støtte frå leiinga, og det skal vere lov å avslutte forsøk som ikkje verkar.

### 2.2 Samskaping lokalt

Samskaping med kommunar, frivillige og sosiale entreprenørar skal vere ein normal arbeidsmåte. Etaten skal ha eit særleg auge for små kommunar, der eit partnerskap kan avlaste begge partar.

### 2.3 Samanhengande digitalisering

Digitaliseringa skal følgje livshendingane til folk, ikkje grensene mellom etatane. Etaten skal dele data på ein trygg måte og bidra til felles løysingar for digitalisering av varsel og vedtak.""",
"measures": "Etaten og departementet har blitt samde om desse parametrane. Dei skal vurderast saman, og ingen av dei seier noko åleine.",
"lead": "Departementet ber om at etaten gjer dette i 2023:",
"tasks": ["Fortelje korleis tillitsreforma har endra arbeidsdagen på kontora.", "Prøve ut ein felles digital inngang for unge saman med skule og helse.", "Gje råd om korleis sosial innovasjon kan kjøpast inn.", "Vurdere om kunstig intelligens kan gje betre rettleiing, og kva det krev av digitaliseringskompetanse."],
"common": "Fellesføringa om konsulentbruk og desentralisert arbeid blir vidareført. Etaten skal rapportere om nynorsk i digitale skjema, der delen framleis er for låg."},

2024: {"date": "2023-12-21", "total": 2587, "producer": "typst",
"intro": """Brevet for 2024 er treårig i innhold, men ettårig i bevilgning. Departementet ber etaten tenke langt: Befolkningen blir eldre, arbeidskraften knappere, og det blir flere oppgaver på hver hånd.

Etatens samfunnsoppdrag kan bare løses sammen med andre. Tillitsreformen har gitt et godt grunnlag, og samskaping er blitt en del av språket på kontorene. Nå må det også bli en del av måten vi bruker pengene på.""",
"goals": """### 2.1 Samfunnsoppdrag som arbeidsform

Etaten skal delta i et målrettet samfunnsoppdrag om unges tilknytning til arbeid og utdanning. Samfunnsoppdraget har en tidsfrist, et tydelig mål og mange eiere. Det krever innovasjonsledelse på tvers, og en vilje til å dele både ære og risiko.

### 2.2 Digitalisering og ansvarlig kunstig intelligens

Ny digitaliseringsstrategi ventes i løpet av året. Etaten skal bidra med erfaring og følge prinsippene for ansvarlig bruk av kunstig intelligens. Digitaliseringen skal frigjøre tid, og gevinsten skal gå til oppfølging. Teknologiske innovasjoner skal prøves ut sammen med dem som skal bruke dem.

### 2.3 Tillitsbasert styring gjennom hele kjeden

Tillitsbasert styring må henge sammen fra storting til førstelinje. Departementet skal selv legge fram en vurdering av hvilke krav som fortsatt kan falle bort.""",
"measures": "Etaten velger selv indikatorer under disse parameterne. Departementet vil bruke brukernes erfaringer som et like viktig grunnlag som tallene.",
"lead": "Departementet og etaten er enige om disse oppdragene:",
"tasks": ["Ha sekretariatet for samfunnsoppdraget om unge i arbeid.", "Levere en plan for digitalisering av hele dagpengeløpet.", "Legge til rette for samskaping i anskaffelser, blant annet gjennom innovasjonspartnerskap.", "Oppsummere tillitsreformens virkning på sykefravær og turnover."],
"common": "Alle statlige virksomheter skal arbeide systematisk med klima- og miljøledelse. Etaten skal redusere antallet kontorplasser og vurdere felles lokaler med kommunene. Sikkerhetskulturen skal styrkes."},

2025: {"date": "2024-12-19", "total": 2662, "producer": "pdftex",
"intro": """Departementet stiller med dette bevilgningene for 2025 til disposisjon. Etaten gikk ut av 2024 med lavere restanser, høyere tillit blant brukerne og færre ansatte. Det er en prestasjon.

I 2025 venter nye krav til digitalisering, beredskap og samarbeid. Samfunnsoppdraget om unge i arbeid går inn i sitt andre år, og det skal vise resultater som innbyggerne merker.""",
"goals": """### 2.1 Fra forsøk til vanlig praksis

Innovasjonsarbeidet i etaten har vært rikt på forsøk og fattig på avslutninger. I 2025 skal etaten velge hvilke innovasjoner som skal skaleres. Prosessinnovasjon, tjenesteinnovasjon og sosial innovasjon skal vurderes etter samme mal: Hva ble bedre, for hvem, og hva kostet det?

### 2.2 Digitalisering av Norge

Etaten har en sentral rolle i arbeidet med verdens mest digitaliserte offentlige sektor. Digitaliseringstiltak skal samordnes med andre etater, og felles byggeklosser skal brukes. Digitaliseringen må ikke skape et digitalt utenforskap, og samskaping med brukerorganisasjoner skal være en del av alle større utviklingsløp.

### 2.3 Tillit og beredskap

Tillitsreformen videreføres. Tillitsbasert ledelse viser sin verdi når noe går galt, for da må folk handle uten å vente på beskjed. Etaten skal øve på bortfall av strøm og nett, og sikre at utbetalingene går som de skal.""",
"measures": "Parameterne er de samme som i fjor. Mål- og resultatstyring er fortsatt grunnprinsippet i staten, men departementet legger størst vekt på læring.",
"lead": "Departementet ber etaten om følgende:",
"tasks": ["Skalere minst tre innovasjoner til hele landet.", "Bidra til felles digitalisering av samtykke og fullmakt.", "Inngå partnerskap med to fylkeskommuner om samskaping i omstillingsutsatte næringer.", "Vurdere handlingsrommet for automatisering i enkle saker.", "Lede erfaringsnettverket for tillitsreformen i velferdssektoren."],
"common": "Fellesføringene for 2025 gjelder effektiv ressursbruk, desentralisert arbeid og lærlinger. Etaten skal bruke statens felles plattformer der det er mulig."},
}
