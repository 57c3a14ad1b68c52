//! The words of synthetic posts: words of local government in five languages, and names of people.

use crate::error::{Error, Result};
use crate::lang::Lang;

/// The words of one language.
pub struct Vocabulary {
    /// The language's BCP 47 tag.
    pub lang: &'static str,
    /// The words from which titles and sentences are built.
    pub words: &'static [&'static str],
}

impl Vocabulary {
    /// Returns the language.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] when the tag is not valid: a fault of the table below.
    pub fn language(&self) -> Result<Lang> {
        self.lang
            .parse()
            .map_err(|_| Error::Internal(format!("no language: {}", self.lang)))
    }
}

/// The vocabularies of all languages; the first language is the most frequent.
pub const VOCABULARIES: &[Vocabulary] = &[
    Vocabulary {
        lang: "en",
        words: &[
            "housing",
            "city",
            "council",
            "climate",
            "water",
            "market",
            "library",
            "neighbourhood",
            "budget",
            "mobility",
            "culture",
            "digital",
            "rights",
            "migration",
            "school",
            "park",
            "river",
            "energy",
            "youth",
            "care",
            "memory",
            "public",
            "local",
            "shared",
            "resilient",
            "open",
            "green",
            "fair",
            "together",
            "learning",
            "harbour",
            "tram",
        ],
    },
    Vocabulary {
        lang: "fr",
        words: &[
            "logement",
            "ville",
            "conseil",
            "climat",
            "eau",
            "marché",
            "bibliothèque",
            "quartier",
            "budget",
            "mobilité",
            "culture",
            "numérique",
            "droits",
            "migration",
            "école",
            "parc",
            "rivière",
            "énergie",
            "jeunesse",
            "soin",
            "mémoire",
            "public",
            "local",
            "partagé",
            "résilient",
            "ouvert",
            "vert",
            "juste",
            "ensemble",
            "été",
            "métropole",
        ],
    },
    Vocabulary {
        lang: "es",
        words: &[
            "vivienda",
            "ciudad",
            "consejo",
            "clima",
            "agua",
            "mercado",
            "biblioteca",
            "barrio",
            "presupuesto",
            "movilidad",
            "cultura",
            "digital",
            "derechos",
            "migración",
            "escuela",
            "parque",
            "río",
            "energía",
            "juventud",
            "cuidado",
            "memoria",
            "público",
            "local",
            "compartido",
            "resiliente",
            "abierto",
            "verde",
            "justo",
            "juntos",
            "niñez",
        ],
    },
    Vocabulary {
        lang: "pt",
        words: &[
            "habitação",
            "cidade",
            "câmara",
            "clima",
            "água",
            "mercado",
            "biblioteca",
            "bairro",
            "orçamento",
            "mobilidade",
            "cultura",
            "digital",
            "direitos",
            "migração",
            "escola",
            "parque",
            "rio",
            "energia",
            "juventude",
            "cuidado",
            "memória",
            "público",
            "local",
            "partilhado",
            "resiliente",
            "aberto",
            "verde",
            "justo",
            "juntos",
            "litoral",
        ],
    },
    Vocabulary {
        lang: "ar",
        words: &[
            "السكن",
            "المدينة",
            "المجلس",
            "المناخ",
            "الماء",
            "السوق",
            "المكتبة",
            "الحي",
            "الميزانية",
            "التنقل",
            "الثقافة",
            "الرقمية",
            "الحقوق",
            "الهجرة",
            "المدرسة",
            "الحديقة",
            "النهر",
            "الطاقة",
            "الشباب",
            "الرعاية",
            "الذاكرة",
            "العدالة",
        ],
    },
];

/// Given names of synthetic authors.
pub const GIVEN: &[&str] = &[
    "Amina", "Bruno", "Chipo", "Dolores", "Elif", "Farid", "Greta", "Hiro", "Inés", "Joana",
    "Kwame", "Leila", "Mateo", "Nadia", "Olu", "Paula", "Quentin", "Rosa", "Samir", "Tala",
];

/// Family names of synthetic authors.
pub const FAMILY: &[&str] = &[
    "Adeyemi",
    "Barros",
    "Castellví",
    "Diallo",
    "Eriksen",
    "Ferreira",
    "Gómez",
    "Haddad",
    "Ito",
    "Jansen",
];
