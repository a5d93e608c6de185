"""Invented people: given names and surnames per origin, combined at random.

No name list of real persons was used; each surname is common or made up, and together with a test
number nobody can be meant.
"""

from typing import NamedTuple

from toeleiding.simulator.chance import Weighted


class Origin(NamedTuple):
    """A country of origin with what goes with it."""

    country: str
    group: str  # EU or NON_EU
    language: str  # ISO 639-1, the contact language
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]


def _origin(country: str, group: str, language: str, women: str, men: str, surnames: str) -> Origin:
    return Origin(country, group, language, tuple(women.split()), tuple(men.split()), tuple(surnames.split()))


MOROCCO = _origin(
    "Marokko", "NON_EU", "ar",
    "Samira Fatima Naima Khadija Salma Imane Hanane Zineb Loubna Ikram",
    "Youssef Rachid Hamza Karim Mehdi Anouar Bilal Soufiane Tarik Zakaria",
    "Haddad Benverzin Amzilan Tazruni Oulfictif Bouvoorbeeld Alaouzin Ezzahiri Idrissal Mernouni",
)  # fmt: skip
AFGHANISTAN = _origin(
    "Afghanistan", "NON_EU", "fa",
    "Zahra Parwana Laila Shabnam Freshta Mina Nilofar Roya",
    "Ahmadullah Farid Jawad Mirwais Nasir Omid Rahmat Zabihullah Samim",
    "Rahimvar Nooristal Ahmadvoor Safizada Karimyar Haideran Popalzin Wardakan",
)  # fmt: skip
SYRIA = _origin(
    "Syrië", "NON_EU", "ar",
    "Rima Lina Nour Hala Yara Dima Rasha Maha Sawsan",
    "Omar Khaled Bassel Firas Majd Anas Tarek Wissam Yazan",
    "Haddad Khatibar Najjaroun Masrian Sabbaghin Halabar Darwishan Kassabi Attarian",
)  # fmt: skip
TURKEY = _origin(
    "Turkije", "NON_EU", "tr",
    "Elif Zeynep Ayşe Derya Sevgi Merve Nur Yasemin",
    "Emre Murat Kaan Serkan Volkan Onur Tolga Baran",
    "Yıldızcan Demirören Kayaverdi Aydınlar Örnekoğlu Çetinay Güneşer Polatkan",
)  # fmt: skip
ERITREA = _origin(
    "Eritrea", "NON_EU", "ti",
    "Selam Feven Rahwa Semhar Mebrat Winta Luwam Yodit",
    "Yonas Filmon Abel Robel Samuel Merhawi Natnael Biniam",
    "Tesfay Gebrevoor Habtezin Kidanemar Weldesel Berhetal Fissehay Mehartu",
)  # fmt: skip
UKRAINE = _origin(
    "Oekraïne", "NON_EU", "uk",
    "Olena Oksana Iryna Nataliia Daryna Halyna Kateryna Yuliia",
    "Andrii Dmytro Oleksandr Taras Bohdan Mykola Serhii Ivan",
    "Zrazkenko Prykladna Vyhadenko Kovalchuk Melnychenko Shevchun Hryzna Bondarets",
)  # fmt: skip
ROMANIA = _origin(
    "Roemenië", "EU", "ro",
    "Ioana Andreea Mihaela Elena Simona Daniela Raluca Alina",
    "Andrei Mihai Ionuț Cristian Vlad Radu Florin Adrian",
    "Exemplescu Popânda Ionăscan Munteanel Dobrinescu Lupașcan Mureșin Stanciar",
)  # fmt: skip
BULGARIA = _origin(
    "Bulgarije", "EU", "bg",
    "Elitsa Desislava Mariya Ralitsa Gergana Vesela Ivanka Nadya",
    "Georgi Dimitar Ivaylo Plamen Stefan Todor Kiril Nikolay",
    "Primerov Izmislena Petkovar Stoyanin Kolevska Hristozar Marinovich Radevan",
)  # fmt: skip
POLAND = _origin(
    "Polen", "EU", "pl",
    "Katarzyna Agnieszka Magdalena Ewa Joanna Monika Beata Zofia",
    "Piotr Tomasz Marcin Paweł Łukasz Jakub Grzegorz Michał",
    "Przykładna Wzorecki Zmyślak Nowalski Kowalun Wiśniewar Zielonkar Mazurczan",
)  # fmt: skip
INDIA = _origin(
    "India", "NON_EU", "en",
    "Priya Anjali Kavya Meera Nandini Radhika Sunita Divya",
    "Arjun Rohan Vikram Sanjay Kiran Anil Rahul Suresh",
    "Udaharan Namunakar Sharmavel Patelwar Iyerath Nairson Reddivar Guptal",
)  # fmt: skip
PALESTINE = _origin(
    "Palestina", "NON_EU", "ar",
    "Amal Hiba Rana Suha Lamis Nadine Reem Ghada",
    "Mahmoud Ibrahim Samer Fadi Ziad Jamal Nidal Hatem",
    "Mithaly Qudsian Shahinar Barghour Zaytouni Nassarin Khalidar Odehan",
)  # fmt: skip
SOMALIA = _origin(
    "Somalië", "NON_EU", "so",
    "Hodan Amina Ifrah Sahra Fadumo Ayaan Deqa Nimco",
    "Abdi Mohamed Liban Guled Warsame Ismail Faisal Mahad",
    "Tusaalan Warsaman Jamacar Farahin Cabdulle Nuuriye Xasanow Duqalan",
)  # fmt: skip
GUINEA = _origin(
    "Guinee", "NON_EU", "fr",
    "Aïssatou Mariama Fatoumata Kadiatou Hawa Oumou Djenab Binta",
    "Mamadou Ibrahima Alpha Ousmane Boubacar Thierno Sékou Amadou",
    "Diallorin Bahel Exemplou Sowane Camaral Condéval Touréan Keïtal",
)  # fmt: skip
SPAIN = _origin(
    "Spanje", "EU", "es",
    "Lucía Carmen Marta Paula Nuria Beatriz Elena Pilar",
    "Javier Diego Álvaro Sergio Pablo Rubén Iván Marcos",
    "Ejemplar Fingidez Inventado Morenal Castaño Vegarín Romeral Pradillo",
)  # fmt: skip
RUSSIA = _origin(
    "Rusland", "NON_EU", "ru",
    "Anna Svetlana Tatjana Marina Vera Larisa Polina Irina",
    "Aleksej Denis Maksim Pavel Roman Timur Artjom Ruslan",
    "Primerin Vymyslova Orlovan Sokolin Belkina Zajtsov Morozan Lebedin",
)  # fmt: skip

#: Weights after the ten largest nationalities of 2019 (DOMAIN 11), with the arrivals since 2022.
ORIGINS: Weighted[Origin] = Weighted(
    (MOROCCO, 2668), (AFGHANISTAN, 1476), (ROMANIA, 900), (TURKEY, 1069), (SYRIA, 1265), (PALESTINE, 974),
    (BULGARIA, 600), (INDIA, 678), (POLAND, 450), (ERITREA, 700), (UKRAINE, 900), (SOMALIA, 450),
    (GUINEA, 420), (SPAIN, 350), (RUSSIA, 250),
)  # fmt: skip

#: Staff of VDAB offices; invented as well.
STAFF_FIRST_NAMES = (
    "An",
    "Tom",
    "Els",
    "Koen",
    "Ilse",
    "Bart",
    "Nele",
    "Wim",
    "Hilde",
    "Joris",
    "Griet",
    "Dirk",
)
STAFF_SURNAMES = (
    "Peetersen", "Voorbeeldt", "Claesman", "Fictief", "Vermeulander", "Dupontel", "Janssenaar",
    "Willemsvoort", "Modelaers", "De Proefde", "Maesland", "Wouterzoon",
)  # fmt: skip
