//! The long-settled backgrounds, the common stock of given names by generation, and short forms.

use super::{BLACK, Background, Generation, NATIVE, WHITE, cut};

/// First halves of English surnames.
pub const FRONTS: &[&str] = &[
    "Ash", "Bar", "Beck", "Birch", "Black", "Brad", "Bram", "Brook", "Burn", "Carl", "Chad", "Clay", "Clif", "Comp",
    "Cran", "Dal", "Dray", "East", "Elm", "Fair", "Farn", "Fen", "Ful", "Glad", "Green", "Hal", "Ham", "Hart", "Hath",
    "Haw", "Hay", "Heath", "Hol", "Hunt", "Kent", "Kings", "Lang", "Lin", "Lock", "Long", "Mal", "Marl", "Mid", "Mill",
    "Nor", "Oak", "Pem", "Pres", "Rad", "Red", "Rock", "Ros", "Shel", "Sher", "Stan", "Stock", "Sut", "Thorn", "Wal",
    "War", "Wes", "Whit", "Win", "Wood",
];

/// Second halves.
pub const BACKS: &[&str] = &[
    "bourne", "bridge", "brook", "bury", "combe", "croft", "dale", "field", "ford", "grave", "ham", "hurst", "land",
    "ley", "man", "more", "ridge", "stead", "stock", "ston", "ton", "well", "wick", "wood", "worth",
];

/// Usual short forms.
pub const NICKNAMES: &[(&str, &str)] = &[
    ("William", "Bill"),
    ("Robert", "Bob"),
    ("Richard", "Dick"),
    ("James", "Jim"),
    ("John", "Jack"),
    ("Charles", "Chuck"),
    ("Edward", "Ted"),
    ("Thomas", "Tom"),
    ("Michael", "Mike"),
    ("Joseph", "Joe"),
    ("Christopher", "Chris"),
    ("Daniel", "Dan"),
    ("Anthony", "Tony"),
    ("Matthew", "Matt"),
    ("Steven", "Steve"),
    ("Timothy", "Tim"),
    ("Nicholas", "Nick"),
    ("Benjamin", "Ben"),
    ("Samuel", "Sam"),
    ("Alexander", "Alex"),
    ("Jonathan", "Jon"),
    ("Gregory", "Greg"),
    ("Raymond", "Ray"),
    ("Lawrence", "Larry"),
    ("Francis", "Frank"),
    ("Albert", "Al"),
    ("Eugene", "Gene"),
    ("Harold", "Hal"),
    ("Walter", "Walt"),
    ("Elizabeth", "Betty"),
    ("Margaret", "Peggy"),
    ("Katherine", "Kate"),
    ("Kathleen", "Kathy"),
    ("Patricia", "Patty"),
    ("Barbara", "Barb"),
    ("Jennifer", "Jen"),
    ("Susan", "Sue"),
    ("Deborah", "Debbie"),
    ("Rebecca", "Becky"),
    ("Dorothy", "Dot"),
    ("Virginia", "Ginny"),
    ("Victoria", "Vicky"),
    ("Jacqueline", "Jackie"),
    ("Christina", "Tina"),
    ("Samantha", "Sam"),
    ("Abigail", "Abby"),
    ("Mildred", "Millie"),
    ("Josephine", "Josie"),
    ("Theresa", "Terry"),
    ("Cynthia", "Cindy"),
    ("Pamela", "Pam"),
    ("Frances", "Fran"),
    ("Francisco", "Paco"),
    ("José", "Pepe"),
    ("Guadalupe", "Lupe"),
    ("Rosario", "Charo"),
    ("Mary", "Molly"),
    ("Isabella", "Bella"),
    ("Madeline", "Maddie"),
    ("Olivia", "Liv"),
];

/// The common stock, oldest first.
pub fn generations() -> Vec<Generation> {
    vec![
        Generation {
            born_before: 1945,
            women: cut(
                "Mary,Dorothy,Betty,Ruth,Margaret,Helen,Virginia,Frances,Mildred,Evelyn,Alice,Doris,Jean,Marie,\
                Josephine,Irene,Lois,Norma,Florence,Edith,Gladys,Ethel,Lucille,Hazel,Beatrice,Rose,Eleanor,Marjorie,Wilma,Opal",
            ),
            men: cut(
                "Robert,James,John,William,Charles,George,Joseph,Richard,Edward,Donald,Thomas,Frank,Harold,Walter,\
                Raymond,Paul,Albert,Eugene,Henry,Arthur,Carl,Ralph,Louis,Clarence,Earl,Roy,Howard,Ernest,Francis,Melvin,Vernon,Floyd",
            ),
        },
        Generation {
            born_before: 1968,
            women: cut("Mary,Linda,Patricia,Susan,Deborah,Barbara,Karen,Nancy,Donna,Cynthia,Sandra,Pamela,Sharon,\
                Kathleen,Carol,Diane,Brenda,Cheryl,Janet,Elizabeth,Kathy,Margaret,Janice,Carolyn,Denise,Judy,Rebecca,Joyce,Teresa,Gail,Lorraine,Constance"),
            men: cut("James,Michael,Robert,John,David,William,Richard,Thomas,Mark,Steven,Gary,Charles,Joseph,Larry,\
                Donald,Ronald,Kenneth,Paul,Timothy,Daniel,Gregory,Dennis,Stephen,Douglas,Jeffrey,Jerry,Raymond,Bruce,Roger,Lawrence,Wayne,Glenn"),
        },
        Generation {
            born_before: 1992,
            women: cut("Jennifer,Jessica,Amanda,Melissa,Sarah,Michelle,Kimberly,Amy,Angela,Stephanie,Nicole,Heather,\
                Elizabeth,Rebecca,Christina,Lisa,Rachel,Kelly,Laura,Crystal,Amber,Erin,Megan,Katherine,Tiffany,Danielle,Samantha,Tara,Jacqueline,Victoria,April,Holly"),
            men: cut(
                "Michael,Christopher,Matthew,Jason,David,James,Joshua,John,Robert,Daniel,Joseph,Brian,Justin,Ryan,\
                William,Eric,Andrew,Nicholas,Anthony,Jonathan,Kevin,Adam,Steven,Timothy,Jeremy,Aaron,Benjamin,Scott,Travis,Kyle,Sean,Patrick,Samuel",
            ),
        },
        Generation {
            born_before: 2009,
            women: cut(
                "Emily,Hannah,Madison,Ashley,Samantha,Alexis,Elizabeth,Taylor,Alyssa,Olivia,Abigail,Emma,Grace,\
                Kayla,Brianna,Lauren,Victoria,Sydney,Haley,Chloe,Natalie,Morgan,Jasmine,Isabella,Savannah,Sophia,Paige,Madeline,Mackenzie,Faith",
            ),
            men: cut(
                "Jacob,Michael,Matthew,Joshua,Nicholas,Andrew,Christopher,Daniel,Ethan,Joseph,Tyler,William,Ryan,\
                Alexander,Austin,Zachary,Brandon,Logan,Dylan,Noah,Connor,Hunter,Caleb,Jordan,Cameron,Evan,Isaiah,Gavin,Cole,Trevor,Bryce",
            ),
        },
        Generation {
            born_before: 9999,
            women: cut("Olivia,Emma,Ava,Charlotte,Sophia,Amelia,Isabella,Mia,Evelyn,Harper,Luna,Camila,Ella,Scarlett,\
                Aria,Penelope,Layla,Chloe,Nora,Hazel,Ellie,Violet,Aurora,Stella,Willow,Ivy,Eleanor,Naomi,Ruby,Quinn,Maeve"),
            men: cut("Liam,Noah,Oliver,James,Elijah,Theodore,Henry,Lucas,William,Benjamin,Levi,Mateo,Jack,Ezra,Asher,\
                Leo,Owen,Samuel,Hudson,Wyatt,Luke,Julian,Lincoln,Grayson,Isaac,Carter,Jayden,Silas,Everett,Miles,Beckett,Arlo"),
        },
    ]
}

pub fn backgrounds() -> Vec<Background> {
    vec![
        Background {
            name: "english",
            weight: 340,
            surnames: cut("Smith,Johnson,Williams,Brown,Jones,Davis,Miller,Wilson,Moore,Taylor,Anderson,Thomas,White,\
                Harris,Martin,Thompson,Clark,Lewis,Robinson,Walker,Young,Allen,King,Wright,Scott,Hill,Green,Adams,Baker,Nelson,Carter,\
                Mitchell,Roberts,Turner,Phillips,Campbell,Parker,Evans,Edwards,Collins,Stewart,Morris,Rogers,Reed,Cook,Morgan,Bell,\
                Bailey,Cooper,Richardson,Cox,Howard,Ward,Peterson,Gray,Watson,Brooks,Kelly,Sanders,Price,Bennett,Wood,Barnes,Ross,\
                Henderson,Coleman,Jenkins,Perry,Powell,Long,Patterson,Hughes,Butler,Simmons,Foster,Bryant,Russell,Griffin,Hayes,\
                Myers,Ford,Hamilton,Graham,Sullivan,Wallace,Woods,Cole,West,Jordan,Owens,Reynolds,Fisher,Ellis,Harrison,Gibson,\
                Marshall,Stone,Fox,Mason,Hunt,Palmer,Mills,Nichols,Grant,Knight,Ferguson,Rose,Dunn,Perkins,Spencer,Payne,Pierce,\
                Berry,Arnold,Wagner,Willis,Ray,Watkins,Olson,Carroll,Duncan,Snyder,Hart,Cunningham,Bradley,Lane,Andrews,Harper,Fowler,\
                Pugh,Tuttle,Whitlock,Yarbrough,Sizemore,Crabtree,Applegate,Featherstone,Goodenough,Hathaway"),
            women: cut("Anne,Jane,Claire,Lucy,Audrey,Sylvia,Meredith,Hope,Bonnie,Sally"),
            men: cut("Graham,Stuart,Russell,Philip,Clifford,Leonard,Warren,Spencer,Neil,Dale"),
            races: &[WHITE],
            hispanic: false,
            language: None,
            american_given: 94,
        },
        Background {
            name: "black american",
            weight: 125,
            surnames: cut("Washington,Jefferson,Jackson,Williams,Johnson,Brown,Robinson,Banks,Booker,Gaines,Dorsey,\
                Hairston,Mosley,Pettway,Battle,Chatman,Cherry,Braxton,Frazier,Gadsden,Singletary,Whitaker,Alston,Bolden,Broadnax,\
                Ivory,Ruffin,Toliver,Merriweather,Culpepper,Hollis,Sampson,Tubbs,Witherspoon,Yancey,Vann"),
            women: cut("Keisha,Latoya,Ebony,Aaliyah,Imani,Tamika,Shanice,Nia,Denise,Yolanda,Lakeisha,Deja,Monique,\
                Kiara,Tanisha,Raven,Precious,Destiny,Zuri,Amari"),
            men: cut("Darnell,Malik,Terrence,Jamal,Andre,Marcus,DeShawn,Tyrone,Reginald,Cedric,Isaiah,Xavier,Darius,\
                Lamar,Quentin,Jalen,Rashad,D'Angelo,Kareem,Elijah"),
            races: &[BLACK],
            hispanic: false,
            language: None,
            american_given: 58,
        },
        Background {
            name: "german",
            weight: 70,
            surnames: cut("Schmidt,Mueller,Müller,Weber,Schneider,Hoffman,Becker,Schultz,Wagner,Zimmerman,Krueger,\
                Klein,Schroeder,Hartmann,Kaiser,Vogel,Bauer,Richter,Koch,Lang,Brandt,Fuchs,Heinz,Strohmeyer,von Behren,Baumgartner,\
                Obermeyer,Holtz,Eberhardt,Kessler,Dietrich,Pfeiffer,Stoltzfus,Yoder,Lapp"),
            women: cut("Heidi,Gretchen,Ingrid,Erika,Gertrude,Hilda,Elsa,Frieda,Marta,Anneliese"),
            men: cut("Karl,Otto,Kurt,Hans,Ernst,Fritz,Dieter,Conrad,Werner,Jürgen"),
            races: &[WHITE],
            hispanic: false,
            language: None,
            american_given: 84,
        },
        Background {
            name: "irish",
            weight: 60,
            surnames: cut("Murphy,O'Brien,Kelly,Sullivan,O'Connor,Walsh,McCarthy,Ryan,O'Neill,Byrne,Doyle,Gallagher,\
                Kennedy,Lynch,Murray,Quinn,McDonald,Fitzgerald,Brennan,Nolan,O'Malley,McLaughlin,Flanagan,Donnelly,Maguire,Callahan,\
                McKenna,O'Shaughnessy,Rafferty,Tierney,Mac Giolla,Kilpatrick"),
            women: cut("Siobhan,Maureen,Bridget,Colleen,Caitlin,Eileen,Deirdre,Niamh,Aoife,Sheila,Nora,Róisín"),
            men: cut("Sean,Brendan,Liam,Patrick,Declan,Kevin,Seamus,Colin,Rory,Aidan,Finbar,Ciarán"),
            races: &[WHITE],
            hispanic: false,
            language: None,
            american_given: 66,
        },
        Background {
            name: "native american",
            weight: 14,
            surnames: cut(
                "Begay,Yazzie,Benally,Tsosie,Nez,Tsinajinnie,Begaye,Whitehorse,Red Cloud,Two Bulls,Black Elk,\
                Locklear,Oxendine,Lone Hill,Mankiller,Swimmer,Littlejohn,Standing Bear,Iron Shell,Chee",
            ),
            women: cut("Winona,Dakota,Kaya,Nizhoni,Aiyana,Sequoia,Wilma,Shasta"),
            men: cut("Tahoma,Chaska,Elan,Ahiga,Dustin,Waylon,Takoda,Marlon"),
            races: &[NATIVE],
            hispanic: false,
            language: Some("nv"),
            american_given: 76,
        },
    ]
}
