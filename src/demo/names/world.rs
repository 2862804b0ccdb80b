//! Backgrounds that arrived later or kept their names: with accents, particles and double surnames as the families write them.

use super::{ASIAN, BLACK, Background, PACIFIC, WHITE, cut};

pub fn backgrounds() -> Vec<Background> {
    let mut all = americas_and_europe();
    all.extend(asia());
    all.extend(africa_and_pacific());
    all
}

fn americas_and_europe() -> Vec<Background> {
    vec![
        Background {
            name: "hispanic",
            weight: 135,
            surnames: cut("García,Rodríguez,Martínez,Hernández,López,González,Pérez,Sánchez,Ramírez,Torres,Flores,\
                Rivera,Gómez,Díaz,Reyes,Morales,Cruz,Ortiz,Gutiérrez,Chávez,Ramos,Ruiz,Álvarez,Mendoza,Vásquez,Castillo,Jiménez,\
                Moreno,Romero,Herrera,Medina,Aguilar,Vargas,Guzmán,Castro,Fernández,Muñoz,Salazar,Soto,Delgado,Peña,Ríos,Contreras,\
                Estrada,Sandoval,Guerrero,Ortega,Núñez,Maldonado,Acosta,de la Cruz,de León,del Río,de los Santos,Ibáñez,Zúñiga,Ybarra"),
            women: cut("María,Guadalupe,Ana,Rosa,Carmen,Sofía,Valentina,Isabel,Gabriela,Alejandra,Lucía,Rosario,\
                Esperanza,Verónica,Juana,Leticia,Ximena,Yesenia,Marisol,Beatriz,Dolores,Inés,María José,Araceli"),
            men: cut("José,Juan,Luis,Carlos,Jesús,Miguel,Francisco,Javier,Alejandro,Diego,Santiago,Mateo,Ramón,\
                Fernando,Raúl,Héctor,Ángel,Rafael,Guillermo,Andrés,Ignacio,Emiliano,Juan Carlos,Óscar"),
            races: &[WHITE],
            hispanic: true,
            language: Some("es"),
            american_given: 22,
        },
        Background {
            name: "italian",
            weight: 38,
            surnames: cut("Russo,Romano,Esposito,Rossi,De Luca,Marino,Bianchi,Ferrari,Costa,Greco,Lombardi,Conti,\
                D'Angelo,DiMaggio,Caruso,Gallo,Santoro,LaRocca,Mancini,Rizzo,Della Rovere,Sorrentino,Bruno,Colombo,Pellegrino"),
            women: cut("Gianna,Francesca,Lucia,Concetta,Rosalia,Carmela,Angelina,Giulia,Antonella,Filomena"),
            men: cut("Anthony,Vincent,Salvatore,Dominic,Angelo,Rocco,Gino,Carmine,Lorenzo,Nunzio"),
            races: &[WHITE],
            hispanic: false,
            language: None,
            american_given: 66,
        },
        Background {
            name: "slavic",
            weight: 36,
            surnames: cut("Kowalski,Nowak,Wiśniewski,Wojcik,Lewandowski,Zieliński,Kaminski,Novák,Svoboda,Horvat,\
                Petrov,Ivanov,Volkov,Shevchenko,Kovalenko,Bondarenko,Jankowski,Dvořák,Krajicek,Sokolov,Mazur,Wojciechowski,Babić,\
                Jovanović,Szczepański,Tkachuk"),
            women: cut("Olga,Katarzyna,Irina,Svetlana,Anna,Magdalena,Natalia,Oksana,Jadwiga,Ludmila"),
            men: cut("Andrzej,Ivan,Dmitri,Stanislaw,Piotr,Mykola,Wojciech,Milan,Sergei,Kazimierz"),
            races: &[WHITE],
            hispanic: false,
            language: Some("pl"),
            american_given: 56,
        },
        Background {
            name: "nordic and dutch",
            weight: 32,
            surnames: cut(
                "Hansen,Larson,Olsen,Johansson,Lindqvist,Bergström,Sørensen,Nyström,Haugen,Dahl,van der Berg,\
                van Dyke,de Vries,van den Heuvel,ten Broek,Vander Zanden,van der Meer,Hoekstra,Dykstra,Åberg,Knutson,Bakker",
            ),
            women: cut("Astrid,Solveig,Annika,Freya,Marit,Saskia,Liesbeth,Greta,Sigrid,Karin"),
            men: cut("Erik,Lars,Anders,Bjørn,Gunnar,Pieter,Willem,Søren,Nils,Axel"),
            races: &[WHITE],
            hispanic: false,
            language: None,
            american_given: 76,
        },
        Background {
            name: "jewish",
            weight: 24,
            surnames: cut(
                "Cohen,Goldberg,Levine,Rosenberg,Shapiro,Friedman,Kaplan,Greenberg,Weinstein,Katz,Rabinowitz,\
                Feldman,Silverman,Horowitz,Abramson,Finkelstein,Ben-David,Adler",
            ),
            women: cut("Rachel,Miriam,Leah,Shoshana,Esther,Naomi,Chava,Rivka,Talia,Golda"),
            men: cut("David,Aaron,Moshe,Eli,Jacob,Noam,Avraham,Ari,Saul,Yitzhak"),
            races: &[WHITE],
            hispanic: false,
            language: None,
            american_given: 48,
        },
        Background {
            name: "french and haitian",
            weight: 22,
            surnames: cut("Jean-Baptiste,Pierre,Joseph,Baptiste,Charles,LeBlanc,Boudreaux,Thibodeaux,Hébert,Landry,\
                St. Pierre,Toussaint,Desrosiers,François,Beauchamp,Lafontaine,D'Aubigné,Guillaume,Bélanger,Saint-Louis"),
            women: cut("Marie,Chantal,Josette,Mirlande,Renée,Geneviève,Nadège,Élodie,Solange,Marie-Claire"),
            men: cut("Jean,Luc,Réginald,Jean-Claude,Wesner,Étienne,Gaston,Frantz,Rémy,Maxime"),
            races: &[BLACK],
            hispanic: false,
            language: Some("ht"),
            american_given: 32,
        },
        Background {
            name: "portuguese and brazilian",
            weight: 14,
            surnames: cut("Silva,Santos,Pereira,Oliveira,Costa,Almeida,Medeiros,Carvalho,Gonçalves,Simões,da Silva,\
                dos Santos,de Souza,Araújo,Teixeira"),
            women: cut("Fernanda,Luísa,Conceição,Beatriz,Inês,Graça,Débora,Juliana"),
            men: cut("João,Paulo,Tiago,António,Rui,Henrique,Thiago,Gonçalo"),
            races: &[WHITE],
            hispanic: false,
            language: Some("pt"),
            american_given: 35,
        },
    ]
}

fn asia() -> Vec<Background> {
    vec![
        Background {
            name: "chinese",
            weight: 24,
            surnames: cut(
                "Wang,Li,Zhang,Liu,Chen,Yang,Huang,Zhao,Wu,Zhou,Lin,Wong,Chan,Lee,Cheung,Ouyang,Szeto,Xu,Ng,Zhu,Tsai,Hsieh",
            ),
            women: cut("Mei,Li Na,Xiu Ying,Jing,Yan,Fang,Hui,Xiaoling,Wai Man,Ting"),
            men: cut("Wei,Jun,Ming,Jian,Lei,Hao,Guang,Ka Ho,Chun,Zhi Qiang"),
            races: &[ASIAN],
            hispanic: false,
            language: Some("zh"),
            american_given: 48,
        },
        Background {
            name: "indian",
            weight: 24,
            surnames: cut("Patel,Singh,Shah,Kumar,Sharma,Gupta,Reddy,Desai,Mehta,Iyer,Rao,Nair,Kaur,Chatterjee,\
                Venkataraman,Krishnamurthy,Banerjee,Joshi,Subramanian,Kapoor"),
            women: cut("Priya,Anjali,Lakshmi,Sunita,Deepa,Kavita,Meera,Ananya,Harpreet,Saraswathi"),
            men: cut("Raj,Sanjay,Amit,Vijay,Arjun,Rakesh,Anil,Gurpreet,Rohan,Venkatesh"),
            races: &[ASIAN],
            hispanic: false,
            language: Some("hi"),
            american_given: 12,
        },
        Background {
            name: "vietnamese",
            weight: 12,
            surnames: cut("Nguyen,Tran,Le,Pham,Huynh,Vo,Dang,Bui,Do,Ngo,Duong,Ly,Nguyễn,Trần"),
            women: cut("Linh,Thuy,Lan,Huong,Mai,Thi Hoa,Kim Anh,Phuong,Ngoc,Tuyet"),
            men: cut("Minh,Hung,Tuan,Duc,Van Thanh,Khoa,Quang,Long,Bao,Hieu"),
            races: &[ASIAN],
            hispanic: false,
            language: Some("vi"),
            american_given: 38,
        },
        Background {
            name: "korean and japanese",
            weight: 14,
            surnames: cut(
                "Kim,Lee,Park,Choi,Jung,Kang,Cho,Yoon,Tanaka,Sato,Suzuki,Yamamoto,Nakamura,Watanabe,Kobayashi,\
                Ishikawa,Namkung,Ōta",
            ),
            women: cut("Ji-woo,Soo-jin,Min-seo,Hye-jin,Eun-ji,Yuki,Keiko,Haruka,Michiko,Sakura"),
            men: cut("Min-jun,Seung-ho,Ji-hoon,Sung-min,Dong-hyun,Hiroshi,Kenji,Takeshi,Daiki,Yūto"),
            races: &[ASIAN],
            hispanic: false,
            language: Some("ko"),
            american_given: 48,
        },
        Background {
            name: "filipino",
            weight: 16,
            surnames: cut(
                "Santos,Reyes,Cruz,Bautista,dela Cruz,Villanueva,Aquino,Mendoza,Ocampo,Macaraeg,Dimaculangan,\
                Pangilinan,Manalo,Salonga,Tolentino",
            ),
            women: cut("Maria Luisa,Marites,Analyn,Jocelyn,Rowena,Cherry,Lourdes,Rosalinda,Ligaya,Divina"),
            men: cut("Jose,Rodrigo,Ferdinand,Eduardo,Rizalino,Jomar,Danilo,Rogelio,Crisanto,Arnel"),
            races: &[ASIAN],
            hispanic: false,
            language: Some("tl"),
            american_given: 40,
        },
        Background {
            name: "arab and persian",
            weight: 22,
            surnames: cut("Hassan,Ahmed,Khan,Ali,al-Masri,Haddad,Khoury,Mansour,Nasser,Saleh,Abdullah,el-Sayed,Farah,\
                Hosseini,Karimi,Tehrani,bin Rashid,Abu Khalil,Aziz,Shirazi"),
            women: cut("Fatima,Aisha,Layla,Maryam,Noor,Zahra,Samira,Yasmin,Shirin,Hanan"),
            men: cut("Mohammed,Ahmad,Omar,Yusuf,Khalid,Ibrahim,Hamza,Reza,Abdul Rahman,Tariq"),
            races: &[("2118-8", "Middle Eastern or North African")],
            hispanic: false,
            language: Some("ar"),
            american_given: 14,
        },
        Background {
            name: "hmong and burmese",
            weight: 6,
            surnames: cut("Vang,Xiong,Yang,Thao,Her,Moua,Lor,Htun,Aung,Paw"),
            women: cut("Mai,Pa Nhia,Kia,Bao,Moo,Thida,Sheng,Yer"),
            men: cut("Tou,Chue,Kong,Pao,Htoo,Zaw,Neng,Fue"),
            races: &[ASIAN],
            hispanic: false,
            language: Some("hmn"),
            american_given: 30,
        },
    ]
}

fn africa_and_pacific() -> Vec<Background> {
    vec![
        Background {
            name: "west african",
            weight: 14,
            surnames: cut("Okafor,Adeyemi,Mensah,Owusu,Nwosu,Diallo,Traoré,Boateng,Eze,Balogun,Kamara,Asante,N'Diaye,\
                Okonkwo,Oluwaseun"),
            women: cut("Ngozi,Adaeze,Ama,Folake,Aminata,Abena,Chiamaka,Efua,Fatoumata,Oluchi"),
            men: cut("Chinedu,Kwame,Olumide,Kofi,Emeka,Babajide,Mamadou,Ikenna,Yaw,Tunde"),
            races: &[BLACK],
            hispanic: false,
            language: Some("fr"),
            american_given: 24,
        },
        Background {
            name: "east african",
            weight: 10,
            surnames: cut("Mohamed,Abdi,Tesfaye,Bekele,Haile,Warsame,Jama,Gebremariam,Kimani,Otieno,Hailemariam,Nur"),
            women: cut("Hodan,Selam,Amina,Wanjiru,Tigist,Sahra,Almaz,Hibo"),
            men: cut("Abdirahman,Dawit,Yonas,Mahad,Kamau,Tewodros,Liban,Getachew"),
            races: &[BLACK],
            hispanic: false,
            language: Some("so"),
            american_given: 12,
        },
        Background {
            name: "pacific",
            weight: 6,
            surnames: cut("Kealoha,Kahananui,Tuiasosopo,Faleolo,Leilua,Mahoe,Kaʻahumanu,Taufa,Vea,Sablan"),
            women: cut("Leilani,Mele,Sina,Kalani,Malia,Noelani,Lupe,Teuila"),
            men: cut("Keoni,Sione,Kai,Tevita,Makoa,Ioane,Semisi,Kekoa"),
            races: &[PACIFIC],
            hispanic: false,
            language: Some("sm"),
            american_given: 42,
        },
    ]
}
