#!/usr/bin/env python3
"""Checks lines.jsonl: JSON, ids, spans, check digits, counts.  Exit code 1 on any error."""
import html, json, re, sys, hashlib, unicodedata, collections, os, base64, urllib.parse

def dg(s): return [int(unicodedata.digit(c)) for c in s if unicodedata.digit(c, None) is not None]
def ds(s): return ''.join(map(str, dg(s)))
def an(s):
    s = unicodedata.normalize('NFKC', s)
    return ''.join(c for c in s if c.isalnum()).upper()
def luhn(s):
    t = 0
    for i, d in enumerate(reversed(dg(s))):
        if i % 2: d = d*2 - (9 if d > 4 else 0)
        t += d
    return t % 10 == 0
IBANLEN = {}
for p in ("NO15 BE16 DK,FI,FO,GL,NL,FK,SD18 MK,SI19 AT,BA,EE,KZ,XK,LT,LU,MN20 CH,HR,LI,LV21 BG,BH,CR,DE,GB,GE,IE,ME,RS,VA22 "
          "AE,GI,IL,IQ,OM,SO,TL23 AD,CZ,ES,MD,PK,RO,SA,SE,SK,TN,VG24 LY,PT,ST25 IS,TR26 BI,DJ,FR,GR,IT,MC,MR,SM27 "
          "AL,AZ,BY,CY,DO,GT,HN,HU,LB,NI,PL,SV28 BR,EG,PS,QA,UA29 JO,KW,MU,YE30 MT,SC31 LC32 RU33").split():
    for c in p[:-2].split(','): IBANLEN[c] = int(p[-2:])
def iban(s):
    s = an(s)
    if IBANLEN.get(s[:2]) != len(s): return False
    return int(''.join(str(int(c, 36)) for c in s[4:]+s[:4])) % 97 == 1
def wsum(d, w): return sum(a*b for a, b in zip(d, w))
def aba(s):
    d = dg(s)
    return len(d) == 9 and (int(ds(s)[:2]) in list(range(13))+list(range(21,33))+list(range(61,73))+[80]) and wsum(d, [3,7,1]*3) % 10 == 0
VD = [[0,1,2,3,4,5,6,7,8,9],[1,2,3,4,0,6,7,8,9,5],[2,3,4,0,1,7,8,9,5,6],[3,4,0,1,2,8,9,5,6,7],[4,0,1,2,3,9,5,6,7,8],[5,9,8,7,6,0,4,3,2,1],[6,5,9,8,7,1,0,4,3,2],[7,6,5,9,8,2,1,0,4,3],[8,7,6,5,9,3,2,1,0,4],[9,8,7,6,5,4,3,2,1,0]]
VP = [[0,1,2,3,4,5,6,7,8,9],[1,5,7,6,2,8,3,0,9,4],[5,8,0,3,7,9,6,1,4,2],[8,9,1,6,0,4,3,5,2,7],[9,4,5,3,1,2,6,8,7,0],[4,2,8,6,5,7,3,9,0,1],[2,7,9,3,8,0,6,4,1,5],[7,0,4,6,9,1,3,2,5,8]]
def aadhaar(s):
    d = dg(s); c = 0
    if len(d) != 12 or d[0] < 2: return False
    for i, x in enumerate(reversed(d)): c = VD[c][VP[i % 8][x]]
    return c == 0
def ssn(s):
    d = ds(s); a, g, n = d[:3], d[3:5], d[5:]
    return len(d) == 9 and a not in ('000','666') and a < '900' and g != '00' and n != '0000' and d not in ('078051120','219099999','123456789') and len(set(d)) > 1
def itin(s):
    d = ds(s); g = int(d[3:5])
    return len(d) == 9 and d[0] == '9' and (50 <= g <= 65 or 70 <= g <= 88 or 90 <= g <= 92 or 94 <= g <= 99)
def nino(s):
    s = an(s)
    return bool(re.fullmatch(r'[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]\d{6}[A-D]', s)) and s[:2] not in ('BG','GB','KN','NK','NT','TN','ZZ')
def nhs(s):
    d = dg(s)
    if len(d) != 10: return False
    c = 11 - wsum(d, range(10,1,-1)) % 11
    return c != 10 and d[9] == c % 11
def ukdl(s):
    s = an(s)
    return bool(re.fullmatch(r'[A-Z9]{5}\d[0156]\d[0-3]\d\d[A-Z9]{2}\d[A-Z]{2}', s)) and 1 <= int(s[6:8]) % 50 <= 12 and 1 <= int(s[8:10]) <= 31
def de_tax(s):
    d = dg(s)
    if len(d) != 11 or d[0] == 0 or max(collections.Counter(d[:10]).values()) not in (2,3): return False
    p = 10
    for x in d[:10]:
        t = (x+p) % 10 or 10; p = 2*t % 11
    return (11-p) % 10 == d[10]
def de_vat(s):
    d = dg(s); p = 10
    if len(d) != 9 or d[0] == 0: return False
    for x in d[:8]:
        t = (x+p) % 10 or 10; p = 2*t % 11
    return (11-p) % 10 == d[8]
def de_ssn(s):
    s = an(s)
    if not re.fullmatch(r'\d{8}[A-Z]\d{3}', s): return False
    if not (1 <= int(s[2:4]) <= 31 and 1 <= int(s[4:6]) <= 12): return False
    b = s[:8] + '%02d' % (ord(s[8])-64) + s[9:11]
    t = sum(sum(map(int, str(int(a)*w))) for a, w in zip(b, [2,1,2,5,7,1,2,1,2,1,2,1]))
    return t % 10 == int(s[11])
def icao(s):
    s = an(s)
    return len(s) == 9 and sum(int(c, 36)*w for c, w in zip(s[:8], [7,3,1]*3)) % 10 == int(s[8], 36)
def es_nif(s):
    s = an(s)
    if not re.fullmatch(r'[\dXYZ]\d{7}[A-Z]', s): return False
    n = {'X':'0','Y':'1','Z':'2'}.get(s[0], s[0]) + s[1:8]
    return 'TRWAGMYFPDXBNJZSQVHLCKE'[int(n) % 23] == s[8]
ODD = dict(zip('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', [1,0,5,7,9,13,15,17,19,21,1,0,5,7,9,13,15,17,19,21,2,4,18,20,11,3,6,8,12,14,16,10,22,25,24,23]))
def it_cf(s):
    s = an(s)
    if not re.fullmatch(r'[A-Z]{6}\d\d[ABCDEHLMPRST]\d\d[A-Z]\d{3}[A-Z]', s): return False
    t = sum(ODD[c] if i % 2 == 0 else (int(c) if c.isdigit() else ord(c)-65) for i, c in enumerate(s[:15]))
    return chr(65 + t % 26) == s[15]
def fr_nir(s):
    s = an(s)
    if len(s) != 15: return False
    n = int(s[:13].replace('2A','19').replace('2B','18'))
    return 97 - n % 97 == int(s[13:])
def nl_bsn(s):
    d = dg(s)
    return len(d) == 9 and (wsum(d[:8], range(9,1,-1)) - d[8]) % 11 == 0
def be_rrn(s):
    d = ds(s)
    return len(d) == 11 and int(d[9:]) in (97-int(d[:9]) % 97, 97-int('2'+d[:9]) % 97)
def ch_ahv(s):
    d = dg(s)
    return len(d) == 13 and ds(s)[:3] == '756' and (10 - wsum(d[:12], [1,3]*6) % 10) % 10 == d[12]
def pesel(s):
    d = dg(s)
    return len(d) == 11 and (10 - wsum(d[:10], [1,3,7,9,1,3,7,9,1,3]) % 10) % 10 == d[10]
def nip(s):
    d = dg(s)
    return len(d) == 10 and wsum(d[:9], [6,5,7,2,3,4,5,6,7]) % 11 == d[9]
def hetu(s):
    m = re.fullmatch(r'(\d{6})[-+A-FU-Y](\d{3})([0-9A-Y])', s)
    return bool(m) and '0123456789ABCDEFHJKLMNPRSTUVWXY'[int(m[1]+m[2]) % 31] == m[3]
def se_pnr(s):
    d = ds(s)
    return len(d) in (10,12) and luhn(d[-10:]) and 1 <= int(d[-8:-6]) <= 12 and 1 <= int(d[-6:-4]) % 60 <= 31
def gstin(s):
    s = an(s)
    if not re.fullmatch(r'\d\d[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]', s): return False
    t = 0
    for i, c in enumerate(s[:14]):
        p = int(c, 36) * (1 if i % 2 == 0 else 2); t += p//36 + p % 36
    return int(s[14], 36) == (36 - t % 36) % 36
def in_pan(s): return bool(re.fullmatch(r'[A-Z]{3}[ABCFGHLJPTK][A-Z]\d{4}[A-Z]', an(s)))
def tfn(s):
    d = dg(s); return len(d) == 9 and wsum(d, [1,4,3,7,5,8,6,9,10]) % 11 == 0
def abn(s):
    d = dg(s)
    if len(d) != 11: return False
    d[0] -= 1; return wsum(d, [10,1,3,5,7,9,11,13,15,17,19]) % 89 == 0
def medicare(s):
    d = dg(s); return len(d) == 10 and 2 <= d[0] <= 6 and wsum(d[:8], [1,3,7,9]*2) % 10 == d[8]
def sin(s):
    d = dg(s); return len(d) == 9 and d[0] not in (0,8) and luhn(s)
def cpf(s):
    d = dg(s)
    if len(d) != 11: return False
    a = wsum(d[:9], range(10,1,-1))*10 % 11 % 10; b = wsum(d[:10], range(11,1,-1))*10 % 11 % 10
    return d[9] == a and d[10] == b
def cnpj(s):
    d = dg(s)
    if len(d) != 14: return False
    f = lambda n: (lambda r: 0 if r < 2 else 11-r)(wsum(d[:n], ([6,5,4,3,2,9,8,7,6,5,4,3,2])[13-n:]) % 11)
    return d[12] == f(12) and d[13] == f(13)
def nric(s):
    s = an(s)
    if not re.fullmatch(r'[STFG]\d{7}[A-Z]', s): return False
    t = wsum(dg(s), [2,7,6,5,4,3,2]) + (4 if s[0] in 'TG' else 0)
    return ('JZIHGFEDCBA' if s[0] in 'ST' else 'XWUTRQPNMLK')[t % 11] == s[8]
def clabe(s):
    d = dg(s); return len(d) == 18 and (10 - sum(a*b % 10 for a, b in zip(d[:17], [3,7,1]*6)) % 10) % 10 == d[17]
VINV = dict(zip('ABCDEFGHJKLMNPRSTUVWXYZ', [1,2,3,4,5,6,7,8,1,2,3,4,5,7,9,2,3,4,5,6,7,8,9]))
def vin(s):
    s = an(s)
    if not re.fullmatch(r'[A-HJ-NPR-Z0-9]{17}', s): return False
    t = sum((int(c) if c.isdigit() else VINV[c])*w for c, w in zip(s, [8,7,6,5,4,3,2,10,0,9,8,7,6,5,4,3,2])) % 11
    return s[8] == 'X0123456789'[t] if t != 10 and False else s[8] == ('X' if t == 10 else str(t))
B58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
def b58check(s):
    n = 0
    for c in s:
        if c not in B58: return False
        n = n*58 + B58.index(c)
    b = n.to_bytes(25, 'big')
    return hashlib.sha256(hashlib.sha256(b[:21]).digest()).digest()[:4] == b[21:]
BC = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
def bpoly(v):
    c = 1
    for x in v:
        b = c >> 25; c = (c & 0x1ffffff) << 5 ^ x
        for i, g in enumerate([0x3b6a57b2,0x26508e6d,0x1ea119fa,0x3d4233dd,0x2a1462b3]):
            if b >> i & 1: c ^= g
    return c
def bech(s):
    if not s.startswith('bc1'): return False
    return bpoly([3,3,0,2,3] + [BC.index(c) for c in s[3:]]) in (1, 0x2bc830a3)
def crypto(s):
    if s.startswith('0x'): return bool(re.fullmatch(r'0x[0-9a-fA-F]{40}', s))
    return bech(s) if s.startswith('bc1') else b58check(s)
NID = dict(UK_NINO=nino, UK_NHS=nhs, UK_DRIVING_LICENCE=ukdl, CA_SIN=sin, IN_AADHAAR=aadhaar, IN_PAN=in_pan, IN_GSTIN=gstin,
  DE_TAX_ID=de_tax, DE_VAT_ID=de_vat, DE_SOCIAL_SECURITY=de_ssn, DE_ID_CARD=icao, ES_NIF=es_nif, ES_NIE=es_nif, IT_FISCAL_CODE=it_cf,
  FR_NIR=fr_nir, NL_BSN=nl_bsn, BE_RRN=be_rrn, CH_AHV=ch_ahv, PL_PESEL=pesel, PL_NIP=nip, FI_HETU=hetu, SE_PERSONNUMMER=se_pnr,
  AU_TFN=tfn, AU_ABN=abn, AU_MEDICARE=medicare, BR_CPF=cpf, BR_CNPJ=cnpj, SG_NRIC=nric)
NOCHECK = {'US_PASSPORT','US_DRIVER_LICENSE','UK_PASSPORT','US_EIN','IN_VOTER','IN_PASSPORT','DE_PASSPORT'}
SAMPLES = [(iban,'GB82WEST12345698765432'),(aba,'021000021'),(de_tax,'86095742719'),(es_nif,'12345678Z'),(it_cf,'RSSMRA85T10A562S'),
  (fr_nir,'255081416802538'),(nl_bsn,'111222333'),(ch_ahv,'756.9217.0769.85'),(pesel,'44051401359'),(hetu,'131052-308T'),
  (se_pnr,'811218-9876'),(gstin,'27AAPFU0939F1ZV'),(tfn,'123456782'),(abn,'51824753556'),(medicare,'2123456701'),(cpf,'529.982.247-25'),
  (cnpj,'11.222.333/0001-81'),(nric,'S1234567D'),(clabe,'032180000118359719'),(vin,'1M8GDM9AXKP042788'),(nhs,'943 476 5919'),
  (crypto,'1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'),(crypto,'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'),(de_vat,'DE136695976'),
  (de_ssn,'15070649C103'),(be_rrn,'85073003328'),(nip,'1234563218'),(aadhaar,'234123412346'),(sin,'130692544'),(ukdl,'MORGA657054SM9IJ')]
CLASSES = set('CARD TRACK CVV PIN EXPIRY IBAN ACCOUNT ROUTING SORT_CODE CRYPTO CUSTOMER USER SESSION DEVICE SSN NATIONAL_ID EMAIL PHONE IP MAC NAME ADDRESS POSTCODE BIRTH_DATE GEO IMEI VIN SECRET'.split())
KINDS = set('jwt private_key cloud_key bearer basic cookie password generic url_userinfo'.split())

def decoded(v):
    """all decodings of an encoded substring, joined"""
    out = [html.unescape(v), urllib.parse.unquote(urllib.parse.unquote(v)), urllib.parse.unquote(v), urllib.parse.unquote_plus(v)]
    for s in (v, urllib.parse.unquote(v)):
        for f in (base64.b64decode, base64.urlsafe_b64decode):
            try: out.append(f(s + '='*(-len(s) % 4)).decode('utf-8', 'strict'))
            except Exception: pass
    try: out.append(json.loads('"'+v+'"'))
    except Exception: pass
    try: out.append(bytes.fromhex(v).decode('utf-8'))
    except Exception: pass
    return ' '.join(out)
def check_value(h, v):
    c, k = h['class'], h.get('kind')
    if c == 'CARD': return (12 <= len(dg(v)) <= 19) and (luhn(v) != (k == 'luhn_bad'))
    if c == 'IBAN': return iban(v) != (k == 'check_bad')
    if c == 'ROUTING' and k == 'ABA': return aba(v)
    if c == 'ACCOUNT' and k == 'CLABE': return clabe(v)
    if c == 'SSN': return itin(v) if k == 'ITIN' else ssn(v)
    if c == 'CRYPTO': return crypto(v)
    if c == 'VIN': return vin(v)
    if c == 'IMEI': return True if k == 'IMSI' else luhn(v)
    if c == 'NATIONAL_ID': return True if k in NOCHECK else NID[k](v)
    return True
def spans(t, v):
    i = t.find(v)
    while i >= 0:
        yield (i, i+len(v)); i = t.find(v, i+1)
def main(path):
    err, warn = [], []
    for f, s in SAMPLES:
        if not f(s): err.append(f'self-test: {f.__name__}({s})')
    ids, texts = set(), set()
    cnt = {k: collections.Counter() for k in ('class','need','class/need','carrier','keep','nid','secret')}
    nh = nk = n = 0
    for ln, raw in enumerate(open(path, encoding='utf-8'), 1):
        try: o = json.loads(raw)
        except Exception as e: err.append(f'{ln}: JSON {e}'); continue
        n += 1; i, t = o['id'], o['text']
        if i in ids: err.append(f'{i}: double id')
        if t in texts: err.append(f'{i}: double text')
        if '\n' in t: err.append(f'{i}: newline')
        ids.add(i); texts.add(t); cnt['carrier'][o['carrier']] += 1
        if not o['hide'] and not o['keep']: warn.append(f'{i}: no label')
        hs = []
        for h in o['hide']:
            v = h['value']; nh += 1
            if h['class'] not in CLASSES: err.append(f'{i}: class {h["class"]}')
            if h['need'] not in 'MSLH': err.append(f'{i}: need')
            if h['class'] == 'SECRET' and h.get('kind') not in KINDS: err.append(f'{i}: secret kind {h.get("kind")}')
            if h['class'] == 'NATIONAL_ID' and h.get('kind') not in NID.keys() | NOCHECK: err.append(f'{i}: nid kind')
            cnt['class'][h['class']] += 1; cnt['need'][h['need']] += 1; cnt['class/need'][h['class']+'/'+h['need']] += 1
            if h['class'] == 'NATIONAL_ID': cnt['nid'][h['kind']] += 1
            if h['class'] == 'SECRET': cnt['secret'][h['kind']] += 1
            sp = list(spans(t, v))
            if not v or not sp: err.append(f'{i}: hide value not in text: {v}')
            hs += sp
            dec = decoded(v)
            for p in h.get('parts', []):
                if p not in v and p not in dec: err.append(f'{i}: part {p!r} neither in value nor decoded')
            enc = h.get('enc')
            cands = h['parts'][:1] if enc else [v]
            if not all(check_value(h, x) for x in cands): err.append(f'{i}: check digit {h["class"]} {h.get("kind")} {cands}')
        for h in o['hide']:
            for p in h.get('parts', []):
                for a, b in spans(t, p):
                    if not any(x <= a and b <= y for x, y in hs): err.append(f'{i}: part {p!r} also outside hidden spans')
        allsp = [(x, y, h['value']) for h in o['hide'] for x, y in spans(t, h['value'])]
        for v in {h['value'] for h in o['hide']}:
            free = [(a, b) for a, b in spans(t, v) if not any(x <= a and b <= y and (y-x) > (b-a) for x, y, _ in allsp)]
            if len(free) > 1: warn.append(f'{i}: hide value {v!r} occurs {len(free)} times')
            for k in o['keep']:
                if v in k['value']: err.append(f'{i}: hide value {v!r} inside keep {k["value"]!r}')
        for k in o['keep']:
            if any(k['value'] in h['value'] or k['value'] in ' '.join(h.get('parts', [])) for h in o['hide']): warn.append(f'{i}: keep {k["value"]!r} also occurs inside a hidden value')
            nk += 1; cnt['keep'][k['kind']] += 1
            sp = list(spans(t, k['value']))
            if not sp: err.append(f'{i}: keep value not in text: {k["value"]}')
            if not any(all(b <= x or y <= a for x, y in hs) for a, b in sp): err.append(f'{i}: keep {k["value"]!r} lies in hidden value')
    for w in warn: print('warn', w)
    for e in err: print('ERROR', e)
    print(f'lines {n}, hide {nh}, keep {nk}, errors {len(err)}')
    if '-q' not in sys.argv:
        for k, c in cnt.items(): print(f'{k}:', ', '.join(f'{a} {b}' for a, b in c.most_common()))
    for ok, msg in ((n >= 360, 'at least 360 lines'), (nk >= 120, 'at least 120 keeps')):
        if not ok: print('ERROR', msg); err.append(msg)
    return cnt, n, nh, nk, err
if __name__ == '__main__':
    a = [x for x in sys.argv[1:] if x != '-q']
    sys.exit(1 if main(a[0] if a else os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lines.jsonl'))[4] else 0)
