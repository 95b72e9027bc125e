"""The pages of words: definitions, data sources, method.

A rule is cited by its id, as in the register of rules, where it is told in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from labour_monitor.report import danish, numbers
from labour_monitor.report.content import (
    afklaringspuljen,
    deliveries,
    fsm2,
    sentences,
)
from labour_monitor.report.content.registers import REGISTERS
from labour_monitor.report.document import (
    Column,
    Figure,
    Guide,
    Kind,
    Marks,
    Report,
    Row,
    Table,
    Text,
)
from labour_monitor.report.reading import Initiative, Part

_RULES = (
    "Et bogstav og et tal i parentes, som (X4), er nummeret på reglen i projektets "
    "regelsæt."
)


def guides(
    part: Part, reports: Sequence[Report], marks: Marks, as_of: date
) -> tuple[Guide, ...]:
    """The three guides.

    Args:
        part: the part of the edition.
        reports: of all its publications.
        marks: what every page says.
        as_of: the as-of date of the edition.
    """
    return (
        Guide(
            "definitioner",
            "Definitioner",
            "Sådan er hvert tal i rapporterne gjort op.",
            tuple(_definitions(part)),
            marks,
        ),
        Guide(
            "datakilder",
            "Datakilder",
            "Alle tal kommer fra registre, som myndigheder og skoler fører i "
            "forvejen. Ingen borger er spurgt.",
            tuple(_sources(part, reports, as_of)),
            marks,
        ),
        Guide(
            "metode",
            "Metode og diskretionering",
            "Sådan bliver tallene til, sådan udgives de, og derfor er nogle af dem "
            "holdt tilbage.",
            tuple(_method(part, marks)),
            marks,
        ),
    )


# Definitions


def _definitions(part: Part) -> Iterable[Text]:
    yield Text(
        "faelles",
        "Ord, der går igen",
        (_RULES,),
        (
            (
                "Måned",
                "En kalendermåned fra den første til den sidste dag (T1). Noget tæller "
                "i en måned, når det varer mindst én dag i den (T2).",
            ),
            (
                "Målgruppen",
                "Borgere, som initiativet gælder for i måneden. Se hvert initiativ.",
            ),
            (
                "Fritaget",
                "Borgere i målgruppen, som for en tid ikke skal deltage, for eksempel "
                "på grund af barsel eller sygdom, og som har en af de grunde, der er "
                "på listen over fritagelser (X1, X2). Ingen er fritaget på grund af "
                "alder, og et ophold på hospital ses kun, hvis det er registreret som "
                "en fritagelse (X3).",
            ),
            (
                "Målte",
                "Borgere i målgruppen, som ikke er fritaget, og i Flere skal med 2 "
                "heller ikke i rehabiliteringsgruppen (X4, V3). Alle andele er af de "
                "målte, undtagen andelen fritagne og de tre visitationskategorier, som "
                "er af målgruppen.",
            ),
            (
                "Opfylder",
                "Målte borgere, hvis status i måneden tæller med i resultatkravet "
                "(R1). Måneden selv afgør det: et job, der er slut, tæller ikke (R2).",
            ),
            (
                "Afstand",
                "Andelen, der opfylder, minus kravet. Et minus betyder, at kravet ikke "
                "er nået i måneden. Det antal borgere, der mangler, er så mange flere, "
                "der skulle have opfyldt kravet i måneden.",
            ),
            (
                "Deltagende kommuner",
                "Alle deltagende kommuners borgere lagt sammen (M1, M2).",
            ),
            (
                "Hele landet",
                "Alle kommuners borgere lagt sammen, også dem i kommuner, der ikke "
                "deltager (M2).",
            ),
            (
                "Gennemsnit af kommunernes andele",
                "Hver kommune vejer lige meget, uanset hvor mange borgere den har. "
                "Kommuner, hvor ingen måles, er ikke med (M2).",
            ),
            (
                "Møder og andre proceskrav",
                "Bliver ikke målt (R6).",
            ),
        ),
    )
    if afklaringspuljen.CODE in part.initiatives:
        yield _of_afklaringspuljen(part.initiatives[afklaringspuljen.CODE])
        yield _statuses(part, afklaringspuljen.CODE)
    if fsm2.CODE in part.initiatives:
        yield _of_fsm2(part.initiatives[fsm2.CODE])
        yield _statuses(part, fsm2.CODE)
    yield Text(
        "status",
        "Hvornår en borger har en status",
        (
            "Flere ting kan være sande om en borger i samme måned. Så afgør "
            "rækkefølgen i tabellen over status, hvilken der gælder.",
        ),
        (
            (
                "Ydelser",
                "Førtidspension, ressourceforløb, ledighedsydelse, revalidering, "
                "sygedagpenge og andre ydelser aflæses af det, der er udbetalt, og "
                "ikke af, hvorfor en sag blev lukket (S5). Fleksjob aflæses af "
                "fleksløntilskud.",
            ),
            (
                "Løn",
                "En arbejdsgivers indberetninger for måneden lægges sammen, og "
                "tilbageførsler trækkes fra. Er der timer eller beløb tilbage, tæller "
                "lønnen. Der er ingen nedre grænse (S1). Løn under et socialt frikort "
                "tæller ikke (S2).",
            ),
            (
                "Lønnede timer og selvforsørget beskæftigelse",
                "Løn ved siden af en offentlig ydelse er lønnede timer. Løn til elever "
                "og lærlinge er lønnede timer, også uden en offentlig ydelse (S4). "
                "Anden løn uden en offentlig ydelse er selvforsørget beskæftigelse i "
                "Afklaringspuljen og lønnede timer i Flere skal med 2.",
            ),
            (
                "Virksomhedspraktik og løntilskud",
                "Et tilbud tæller, når det er publiceret i borgerens plan (S3).",
            ),
            (
                "Uddannelse",
                "En uddannelse, der giver ret til SU, som skolen har indberettet den.",
            ),
            (
                "Selvforsørgelse",
                "Borgeren har hverken løn, ydelse, tilbud eller uddannelse i måneden. "
                "Antallet følges over tid (R5).",
            ),
        ),
    )


def _of_afklaringspuljen(initiative: Initiative) -> Text:
    requirement = sentences.level(initiative.requirement)
    period = afklaringspuljen.requirement_period(initiative)
    return Text(
        initiative.code,
        initiative.name,
        (f"Initiativet løber {_period(initiative)} (P1).",),
        (
            (
                "Målgruppen",
                "Målgruppen er fundet én gang, ud fra uge 31 i 2020 og de registre, "
                "der var leveret den 1. oktober 2020 (C1). Den er låst: ingen kommer "
                "til senere, heller ikke når et register bliver rettet (C8).",
            ),
            (
                "Hvem er med",
                "Borgere, der i den uge fik kontanthjælp, kontanthjælp efter "
                "integrationsloven eller integrationsydelse (C2), var "
                "aktivitetsparate (C3), var fyldt 30 år (C4), ikke var i "
                "selvforsørgelses- og hjemrejseprogrammet eller "
                "introduktionsprogrammet (C5), og som i mindst 80 pct. af ugerne de "
                "sidste ti år fik sådan en ydelse eller uddannelseshjælp: 418 af 522 "
                "uger (C6).",
            ),
            (
                "Kommune",
                "Den kommune, borgeren boede i på ugens sidste dag. Alle landets "
                "kommuner har en målgruppe, så de deltagende kan sammenlignes med hele "
                "landet (C7).",
            ),
            (
                "Hvem udgår",
                "Borgere, der flytter fra kommunen (E1), begynder på seniorpension "
                "eller folkepension eller dør (E2). De kommer ikke ind igen, heller "
                "ikke hvis de flytter tilbage. Den, der udgår midt i en måned, er ikke "
                "med i den (E3).",
            ),
            (
                "Resultatkravet",
                f"En kommune har nået kravet, når mindst {requirement} af de målte "
                f"opfylder det i {period}. Tallene sammenlignes, før der er rundet af "
                "(R3).",
            ),
            (
                "Persongruppemarkeringer",
                "Markeringen Afklaringspuljen sammenlignes med målgruppen, men ændrer "
                "den ikke (C9). Markeringer fra andre initiativer betyder ikke noget "
                "for tallene (C10).",
            ),
        ),
    )


def _of_fsm2(initiative: Initiative) -> Text:
    requirement = sentences.level(initiative.requirement)
    steps = f"Kravet er nået, når mindst {requirement} af indsatsgruppen opfylder det "
    if initiative.lower_requirement is not None:
        steps = (
            f"Kravet har to trin: {sentences.level(initiative.lower_requirement)} og "
            f"{requirement} af indsatsgruppen. Et trin er nået, når andelen er mindst "
            "så høj "
        )
    return Text(
        initiative.code,
        initiative.name,
        (f"Projektet løber {_period(initiative)} (P1).",),
        (
            (
                "Hvem er med",
                "Borgere, der ved månedens begyndelse bor i en deltagende kommune, får "
                "kontanthjælp, kontanthjælp efter integrationsloven eller "
                "integrationsydelse, er aktivitetsparate, er fyldt 30 år og ikke er i "
                "et af integrationslovens to programmer (F1). Desuden de borgere, der "
                "var med måneden før og ikke er udgået.",
            ),
            (
                "Hvem udgår",
                "Borgere, der ved månedens slutning er flyttet fra kommunen, er gået "
                "på folkepension eller er døde (F2). Den, der holder op med at få "
                "kontanthjælp, bliver i målgruppen. Den, der er udgået, kan komme ind "
                "igen (F3).",
            ),
            (
                "Nye og udgåede",
                "Målgruppen måneden før, plus de nye, minus de udgåede, er målgruppen "
                "i måneden. En flytning mellem to deltagende kommuner tæller kun i de "
                "to kommuner, ikke for alle tilsammen (F4).",
            ),
            (
                "Rehabiliteringsgruppe",
                "Borgere med persongruppemarkeringen for rehabilitering i mindst én "
                "dag i måneden (V1).",
            ),
            (
                "Fritagelsesgruppe",
                "Borgere uden den markering, som er fritaget i mindst én dag i måneden "
                "(V1, V2).",
            ),
            (
                "Indsatsgruppe",
                "Alle andre i målgruppen. Det er dem, der måles (V1, V3).",
            ),
            (
                "Resultatkravet",
                f"{steps}i mindst én af projektets måneder (R4). Virksomhedspraktik og "
                "løntilskud vises, men tæller ikke med.",
            ),
            (
                "Andre markeringer",
                "Markeringen for Step-up og markeringer fra andre initiativer indgår "
                "ikke (V4).",
            ),
            (
                "Begge initiativer",
                "En borger kan være i målgruppen for begge initiativer. Det ændrer "
                "ikke tallene i nogen af dem (V5).",
            ),
        ),
    )


def _period(initiative: Initiative) -> str:
    return (
        f"fra {numbers.month(initiative.first_month)} til "
        f"{numbers.month(initiative.last_month)}"
    )


def _statuses(part: Part, code: str) -> Text:
    """The statuses of an initiative, in the order in which they decide."""
    initiative = part.initiatives[code]
    rows: dict[str, Row] = {}
    for row in sorted(part.statuses, key=lambda row: row["rank"]):
        if row["initiative"] == code:
            rows.setdefault(
                row["status"],
                Row(
                    row["status_name"],
                    (
                        Figure(Kind.TEXT, row["category_name"]),
                        Figure(Kind.FLAG, row["counts"]),
                    ),
                ),
            )
    return Text(
        f"status-{code}",
        f"Hvad der tæller med i {initiative.name}",
        (
            "Hver målt borger har én status i en måned: den øverste i tabellen, som "
            "passer (R1).",
        ),
        tables=(
            Table(
                f"status_{code}",
                f"Status i {initiative.name}",
                "Status",
                (
                    Column("category_name", "Kategori", Kind.TEXT),
                    Column("counts", "Tæller med i resultatkravet", Kind.FLAG),
                ),
                tuple(rows.values()),
            ),
        ),
    )


# Data sources


def _sources(part: Part, reports: Sequence[Report], as_of: date) -> Iterable[Text]:
    yield Text(
        "registre",
        "Registre",
        tables=(
            Table(
                "registre",
                "Registrene og det, der læses af dem",
                "Register",
                (
                    Column("keeper", "Hvem fører det", Kind.TEXT),
                    Column("use", "Hvad det bruges til", Kind.TEXT),
                ),
                tuple(
                    Row(
                        register.name,
                        (
                            Figure(Kind.TEXT, register.keeper),
                            Figure(Kind.TEXT, register.use),
                        ),
                    )
                    for register in sorted(
                        REGISTERS.values(),
                        key=lambda register: danish.order(register.name),
                    )
                ),
            ),
        ),
    )
    newest = {report.initiative: report for report in reversed(reports)}
    yield deliveries.text(
        [newest[code] for code in reversed(newest)], part.deliveries, as_of
    )
    if part.row_accounts:
        yield _accounts(part)
    yield _publications(part, reports)


def _accounts(part: Part) -> Text:
    columns = (
        Column("delivered", "Leveret", Kind.DATE),
        Column("n_delivered", "Rækker", Kind.COUNT),
        Column("n_accepted", "Brugt", Kind.COUNT),
        Column("n_rejected", "Afvist", Kind.COUNT),
        Column("n_duplicate", "Gentaget", Kind.COUNT),
    )
    rows = sorted(
        part.row_accounts,
        key=lambda row: (
            danish.order(deliveries.name(row["source"])),
            row["delivered"],
        ),
    )
    return Text(
        "raekker",
        "Rækker i leveringerne",
        (
            "Afviste rækker har en fejl, som et ugyldigt personnummer eller en "
            "slutdato før startdatoen. Antallet af rækker står kun i den interne "
            "udgave.",
        ),
        tables=(
            Table(
                "raekker",
                "Rækker i de leveringer, som denne udgave læser",
                "Register",
                columns,
                tuple(
                    Row(
                        deliveries.name(row["source"]),
                        tuple(
                            Figure(column.kind, row[column.key]) for column in columns
                        ),
                    )
                    for row in rows
                ),
            ),
        ),
    )


def _publications(part: Part, reports: Sequence[Report]) -> Text:
    columns = [
        Column("report_month", "Nyeste måned", Kind.MONTH),
        Column("publication_date", "Offentliggjort", Kind.DATE),
        Column("last_delivered", "Nyeste levering", Kind.DATE),
    ]

    def figures(report: Report) -> Iterable[Figure]:
        yield Figure(Kind.MONTH, report.report_month)
        yield Figure(Kind.DATE, report.publication_date)
        yield deliveries.newest(
            deliveries.read_for(
                part.deliveries, report.initiative, report.publication_date
            )
        )

    return Text(
        "udgivelser",
        "Udgivelser",
        (
            "En udgivelse bygger på det, der var leveret, da den blev lavet. Den "
            "bliver ikke ændret senere (P4).",
        ),
        tables=(
            Table(
                "udgivelser",
                "Udgivelser i denne udgave",
                "Initiativ",
                tuple(columns),
                tuple(
                    Row(
                        report.initiative_name,
                        tuple(figures(report)),
                        month=report.report_month,
                    )
                    for report in reports
                ),
            ),
        ),
    )


# Method


def _method(part: Part, marks: Marks) -> Iterable[Text]:
    yield Text(
        "fra-registre-til-tal",
        "Fra registre til tal",
        (
            "Hver levering bliver kontrolleret, når den kommer. Rækker med fejl bliver "
            "sat til side og talt. Personnummeret bliver erstattet af en nøgle, før "
            "noget gøres op, og ingen tabel, der forlader huset, har en række om en "
            "enkelt borger (D1).",
            "En borger har højst én bopæl og én visitation ad gangen. Hvor registrene "
            "har flere, gælder den, der begyndte sidst (T4). En flytning ud af landet "
            "er også en flytning (T5). Ydelser i DREAM er registreret for hele uger "
            "(T3).",
        ),
    )
    yield Text(
        "maaned-for-maaned",
        "Måned for måned",
        (
            "Hver måned gøres op for sig. Hver borger i målgruppen får én status, og "
            "borgerne tælles i kommunerne, i de deltagende kommuner tilsammen og i "
            "hele landet.",
            "Andele er rundet af til to decimaler. I overskrifter er de rundet af til "
            "hele pct., medmindre en andel så ville se ud, som om den nåede et krav, "
            "den ikke når. Om et krav er nået, afgøres altid af "
            "antallene selv, før der er rundet af (R3, R4).",
        ),
    )
    yield Text(
        "udgivelser-og-rettelser",
        "Udgivelser og rettelser",
        (
            "En måned udgives ved udgangen af den anden måned efter: januar ved "
            "udgangen af marts. Så når de fleste oplysninger at komme ind (P2).",
            "En udgivelse bliver ikke ændret, når den først er lavet (P4). Kommer der "
            "senere nye eller rettede oplysninger om en tidligere måned, viser den "
            "næste udgivelse måneden med det nye tal.",
            "Hvilke tal der er rettet siden udgivelsen før, og hvorfor, står på "
            "forsiden."
            if part.is_internal
            else "Hvorfor et tal er rettet, handler ofte om få borgere og står derfor "
            "kun i myndighedens interne udgave.",
        ),
    )
    example = (
        " Listen over deltagende kommuner i Afklaringspuljen er ikke offentlig. Her er "
        "brugt et eksempel."
        if marks.has_example_participants
        else ""
    )
    yield Text(
        "deltagende-kommuner",
        "Deltagende kommuner",
        (
            "Hvilke kommuner der deltager, er en liste, som hvert initiativ har "
            f"(M1).{example}",
        ),
    )
    yield _disclosure(marks)
    yield Text(
        "symboler",
        "Symboler",
        ("Tabellerne bruger de samme symboler som Danmarks Statistik.",),
        tuple(
            (sign, sentences.sentence(meaning))
            for sign, meaning in numbers.MEANINGS.items()
        ),
    )


def _disclosure(marks: Marks) -> Text:
    most = marks.limit - 1
    inside = (
        ("I denne interne udgave er alle tal vist. Den må ikke gives videre.",)
        if marks.is_internal
        else ()
    )
    return Text(
        "diskretionering",
        "Derfor er nogle tal holdt tilbage",
        (
            *inside,
            f"Et tal på 1 til {most} borgere i en kommune kan være nogen, man kender. "
            "Den slags tal bliver ikke offentliggjort, og heller ikke tal, som de "
            f"kunne regnes ud af (D2). I tabellerne står der {numbers.HIDDEN}.",
            "Tre slags tal er holdt tilbage. Små tal. Andele, der røber et lille tal: "
            "17 af 20 siger, at 3 ikke er med. Og tal, der beskytter andre: når en "
            "sum er vist og én af delene skjult, kunne delen regnes ud, så endnu en "
            "del er skjult.",
            f"{numbers.HIDDEN} betyder altså ikke, at tallet er lille. Det kan også "
            "være 0 eller 60. Et nul, der er vist, står som "
            f"{numbers.ZERO}.",
            "Hvad der én gang er holdt tilbage, bliver det også i senere udgivelser, "
            "så længe tallet er det samme. Før hver udgivelse prøver et særskilt "
            "program at regne de skjulte tal ud af alt, der nogensinde er "
            "offentliggjort. Kan et lille tal bestemmes for nøje, bliver intet "
            "offentliggjort.",
            "Tallene for de deltagende kommuner tilsammen og for hele landet er næsten "
            "aldrig holdt tilbage, og alle borgere er talt med i dem.",
        ),
    )
