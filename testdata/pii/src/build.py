#!/usr/bin/env python3
"""src/*.txt (markup) -> ../lines.jsonl.  Markup: [[CLASS:need/kind|value||parts]], [[=kind|value]], <<gen>>, <js> <b64> <b64u> <pct>, <U+XXXX>"""
import random, re, json, base64, sys, os, glob, urllib.parse, hashlib, string
H = os.path.dirname(os.path.abspath(__file__)); sys.path.insert(0, os.path.join(H, '..'))
import check as C
R = random.Random(77191)
D = string.digits; U = string.ascii_uppercase
rs = lambda n, a=D: ''.join(R.choice(a) for _ in range(n))
def fix(f, make, n=200000):
    for _ in range(n):
        s = make()
        if f(s): return s
    raise Exception('no value')
def pan(pre, n):
    def mk():
        return R.choice(pre) + rs(n)
    def go():
        p = R.choice(pre); b = p + rs(n-1-len(p))
        for c in D:
            if C.luhn(b+c): return b+c
    return go
PANS = dict(visa=pan(['4024','4532','4716','4485','4903','4177'],16), visa13=pan(['4556','4222'],13), visa19=pan(['4917','4761'],19),
  mc=pan(['5191','5276','5337','5425','5502'],16), mc2=pan(['2223','2391','2587','2719'],16), amex=pan(['3412','3467','3723','3795'],15),
  diners=pan(['3012','3041','3059'],14), diners38=pan(['3612','3871','3904'],14), disc=pan(['6011','6445','6512'],16), jcb=pan(['3528','3566','3589'],16),
  upay=pan(['6221','6250','6292'],16), upay19=pan(['6217','6228'],19), maestro=pan(['5018','6304','6759','6763'],16), maestro12=pan(['5038','6761'],12), maestro18=pan(['5020','6304'],18),
  mir=pan(['2200','2202','2204'],16), rupay=pan(['6081','6521','8172'],16), troy=pan(['9792'],16), verve=pan(['506103','506177'],16), verve19=pan(['506121'],19))
BB = dict(DE='18n',GB='4a14n',FR='10n11c2n',ES='20n',IT='1a10n12n',NL='4a10n',BE='12n',CH='5n12n',PL='24n',SE='20n',FI='14n',AT='16n',IE='4a14n',PT='21n',DK='14n',NO='11n',LU='3n13n',CZ='20n',HU='24n',RO='4a16c',GR='23n',TR='22n',SA='20n',AE='19n',IL='19n',MT='4a5n18c',KW='4a22c',BR='23n1a1c',PK='4a16n',HR='17n',LT='16n',EE='16n',SK='20n',BG='4a14n',CY='8n16c',UA='25n',MC='10n11c2n',JO='4a4n18n',QA='4a21c',SI='15n')
def gen_iban(cc):
    b = ''
    for n, k in re.findall(r'(\d+)([nac])', BB[cc]): b += rs(int(n), D if k == 'n' else U if k == 'a' else D+U)
    for k in range(2, 99):
        s = cc + '%02d' % k + b
        if C.iban(s): return s
def b58():
    b = bytes([R.choice([0,5])]) + R.randbytes(20); b += hashlib.sha256(hashlib.sha256(b).digest()).digest()[:4]
    n = int.from_bytes(b, 'big'); s = ''
    while n: n, r = divmod(n, 58); s = C.B58[r] + s
    return '1'*(len(b)-len(b.lstrip(b'\0'))) + s
def bech():
    d = [0] + [R.randrange(32) for _ in range(31)] + [R.choice([0,16])]
    p = C.bpoly([3,3,0,2,3]+d+[0]*6) ^ 1
    return 'bc1' + ''.join(C.BC[x] for x in d+[(p >> 5*(5-i)) & 31 for i in range(6)])
def b64u(b): return base64.urlsafe_b64encode(b).decode().rstrip('=')
def jwt():
    return b64u(json.dumps({"alg":R.choice(["RS256","ES256","HS256"]),"typ":"JWT","kid":rs(6,'abcdef0123456789')}, separators=(',',':')).encode())+'.'+b64u(json.dumps({"sub":rs(8),"iss":"https://idp.example-bank.test","exp":1790000000+R.randrange(9**7)}, separators=(',',':')).encode())+'.'+b64u(R.randbytes(32))
date6 = lambda: '%02d%02d%02d' % (R.randrange(50,99), R.randrange(1,13), R.randrange(1,29))
ddmmyy = lambda: '%02d%02d%02d' % (R.randrange(1,29), R.randrange(1,13), R.randrange(50,99))
AN = string.ascii_letters + D
hx = lambda n: rs(n, '0123456789abcdef')
def be():
    d = date6() + '%03d' % R.randrange(1,900); return d + '%02d' % (97-int(d) % 97)
G = dict(jwt=jwt, b58=b58, bech=bech, eth=lambda: '0x'+hx(40),
  aba=lambda: fix(C.aba, lambda: R.choice(['02','03','05','06','07','11','12','26','31','32'])+rs(7)), ssn=lambda: (lambda a,b,c: f'{a}-{b}-{c}')(rs(1,'1234578')+rs(2,'123456789'), rs(2,'123456789'), rs(4,'123456789')),
  itin=lambda: '9'+rs(2)+'-'+str(R.randrange(70,88))+'-'+rs(4), nino=lambda: fix(C.nino, lambda: rs(2,U)+rs(6)+rs(1,'ABCD')), nhs=lambda: fix(C.nhs, lambda: R.choice('469')+rs(9)),
  sin=lambda: fix(C.sin, lambda: rs(1,'1234567')+rs(8)), aadhaar=lambda: fix(C.aadhaar, lambda: rs(1,'23456789')+rs(11)), inpan=lambda: rs(3,U)+'P'+rs(1,U)+rs(4)+rs(1,U),
  gstin=lambda: fix(C.gstin, lambda: R.choice(['27','29','07','33'])+rs(3,U)+'C'+rs(1,U)+rs(4)+rs(1,U)+'1Z'+rs(1,D+U)),
  detax=lambda: fix(C.de_tax, lambda: rs(1,'123456789')+rs(10)), devat=lambda: 'DE'+fix(C.de_vat, lambda: rs(1,'123456789')+rs(8)),
  dessn=lambda: fix(C.de_ssn, lambda: R.choice(['12','15','53','65'])+ddmmyy()+rs(1,U)+rs(3)), deid=lambda: fix(C.icao, lambda: rs(1,'LMNPRTVWXY')+rs(7,'0123456789CFGHJKLMNPRTVWXYZ')+rs(1)),
  nif=lambda: fix(C.es_nif, lambda: rs(8)+rs(1,U)), nie=lambda: fix(C.es_nif, lambda: rs(1,'XYZ')+rs(7)+rs(1,U)), bsn=lambda: fix(C.nl_bsn, lambda: rs(1,'123')+rs(8)), rrn=be,
  cf=lambda: fix(C.it_cf, lambda: rs(6,'BCDFGLMNPRSTV')+'%02d' % R.randrange(45,99)+rs(1,'ABCDEHLMPRST')+'%02d' % R.choice([*range(1,29),*range(41,69)])+rs(1,'ABCDFGHL')+rs(3)+rs(1,U)),
  nir=lambda: (lambda b: b+'%02d' % (97-int(b) % 97))(rs(1,'12')+'%02d%02d' % (R.randrange(50,99), R.randrange(1,13))+'%02d' % R.randrange(1,95)+rs(6)),
  ahv=lambda: (lambda s: f'{s[:3]}.{s[3:7]}.{s[7:11]}.{s[11:]}')(fix(C.ch_ahv, lambda: '756'+rs(10))), pesel=lambda: fix(C.pesel, lambda: date6()+rs(5)), nip=lambda: fix(C.nip, lambda: rs(1,'123456789')+rs(9)),
  hetu=lambda: fix(C.hetu, lambda: ddmmyy()+'-'+rs(3)+rs(1,'0123456789ABCDEFHJKLMNPRSTUVWXY')), pnr=lambda: fix(C.se_pnr, lambda: date6()+'-'+rs(4)), pnr12=lambda: '19'+fix(C.se_pnr, lambda: date6()+rs(4)),
  tfn=lambda: fix(C.tfn, lambda: rs(9)), abn=lambda: fix(C.abn, lambda: rs(1,'123456789')+rs(10)), medicare=lambda: fix(C.medicare, lambda: rs(1,'23456')+rs(9)),
  cpf=lambda: (lambda s: f'{s[:3]}.{s[3:6]}.{s[6:9]}-{s[9:]}')(fix(C.cpf, lambda: rs(11))), cnpj=lambda: (lambda s: f'{s[:2]}.{s[2:5]}.{s[5:8]}/{s[8:12]}-{s[12:]}')(fix(C.cnpj, lambda: rs(8)+'0001'+rs(2))),
  nric=lambda: fix(C.nric, lambda: rs(1,'STFG')+rs(7)+rs(1,U)), clabe=lambda: fix(C.clabe, lambda: rs(18)), vin=lambda: fix(C.vin, lambda: R.choice(['1FT','3VW','5YJ','1HG'])+rs(14,'ABCDEFGHJKLMNPRSTUVWXYZ0123456789')),
  imei=lambda: fix(C.luhn, lambda: R.choice(['35','86'])+rs(13)), iccid=lambda: fix(C.luhn, lambda: '89'+R.choice(['44','49','33','01'])+rs(15)), uuid=lambda: f'{hx(8)}-{hx(4)}-4{hx(3)}-{rs(1,"89ab")}{hx(3)}-{hx(12)}',
  aws=lambda: 'AKIA'+rs(16,U+'234567'), asia=lambda: 'ASIA'+rs(16,U+'234567'), awssec=lambda: rs(40,AN+'+/'), ghp=lambda: 'ghp_'+rs(36,AN), glpat=lambda: 'glpat-'+rs(20,AN), xoxb=lambda: 'xoxb-'+rs(12)+'-'+rs(12)+'-'+rs(24,AN),
  sklive=lambda: 'sk_live_'+rs(24,AN), hvs=lambda: 'hvs.'+rs(90,AN), aiza=lambda: 'AIza'+rs(35,AN+'-_'), sg=lambda: 'SG.'+rs(22,AN)+'.'+rs(43,AN), azkey=lambda: rs(86,AN+'+/')+'==', npm=lambda: 'npm_'+rs(36,AN))
for k, f in PANS.items(): G[k] = f
for cc in BB: G['iban'+cc] = (lambda c: lambda: gen_iban(c))(cc)
def bad(f, n):
    def go():
        s = f(); return s[:-3] + str((int(s[-3])+3) % 10) + s[-2:]
    return go
G['visabad'] = bad(PANS['visa'],16); G['mcbad'] = bad(PANS['mc'],16)
def group(s, sep, isiban):
    if s.isdigit() and len(s) in (14,15): parts = [s[:4], s[4:10], s[10:]]
    elif s.isdigit() and len(s) == 9: parts = [s[:3], s[3:6], s[6:]]
    elif s.isdigit() and len(s) == 10: parts = [s[:3], s[3:6], s[6:]]
    else: parts = [s[i:i+4] for i in range(0, len(s), 4)]
    return sep.join(parts)
trans = lambda s, base: ''.join(chr(base+int(c)) if c in D else c for c in s)
MOD = dict(g=' ', d='-', n='\u00a0', u='\u2011', t='\u2009', z='\u200b', p='%20', q='+', e='\u2013', s='\u202f', o='.', w='\u2060', dnb='\u2212')
def ev(expr, env):
    m = re.match(r'(?:(\w+)=)?(\w+)((?:\.\w+)*)$', expr)
    if not m: raise Exception('bad gen '+expr)
    nm, g, mods = m.groups()
    if g in env: s = env[g]
    elif g in G: s = G[g]()
    elif re.fullmatch(r'd\d+', g): s = rs(1,'123456789')+rs(int(g[1:])-1)
    elif re.fullmatch(r'h\d+', g): s = hx(int(g[1:]))
    elif re.fullmatch(r'H\d+', g): s = hx(int(g[1:])).upper()
    elif re.fullmatch(r'x\d+', g): s = rs(int(g[1:]), AN)
    elif re.fullmatch(r'b\d+', g): s = base64.b64encode(R.randbytes(int(g[1:]))).decode()
    elif re.fullmatch(r'bu\d+', g): s = b64u(R.randbytes(int(g[2:])))
    else: s = G[g]()
    if nm: env[nm] = s
    for x in mods.split('.')[1:]:
        if x in MOD: s = group(s, MOD[x], False)
        elif x == 'f': s = trans(s, 0xFF10)
        elif x == 'a': s = trans(s, 0x0660)
        elif x == 'v': s = trans(s, 0x0966)
        elif x == 'l': s = s.lower()
        elif x == 'nd': s = s.replace('-', '').replace('.', '')
        elif x == 'sp': s = s.replace('-', ' ')
        elif x == 'dot': s = s.replace('-', '.')
        elif x == 'hex': s = s.encode().hex()
        elif x == 'h2': s = s[:2]+' '+s[2:4]+' '+s[4:6]+' '+s[6:8]+' '+s[8:]
        elif x == 'fr': s = ' '.join([s[0],s[1:3],s[3:5],s[5:7],s[7:10],s[10:13],s[13:]])
        elif x == 'mid': s = s[:len(s)//2] + '\u200b' + s[len(s)//2:]
        elif x == 'e3': s = s.replace('-', '\u2011')
        elif x == 'e2': s = s.replace('-', '\u2013')
        elif x == 'rr': s = f'{s[:2]}.{s[2:4]}.{s[4:6]}-{s[6:9]}.{s[9:]}'
        elif x == 'a2': s = f'{s[:2]} {s[2:5]} {s[5:8]} {s[8:]}'
        elif x == 'noop': pass
        else: raise Exception('mod '+x)
    if nm and False: env[nm] = s
    return s
NEED = dict(CARD='M',TRACK='M',CVV='M',PIN='M',EXPIRY='S',IBAN='M',ACCOUNT='M',ROUTING='S',SORT_CODE='S',CRYPTO='S',CUSTOMER='M',USER='M',SESSION='M',DEVICE='M',SSN='M',NATIONAL_ID='L',EMAIL='M',PHONE='M',IP='M',MAC='M',NAME='M',ADDRESS='M',POSTCODE='S',BIRTH_DATE='M',GEO='M',IMEI='S',VIN='S',SECRET='M')
NIDNEED = dict(UK_NINO='M',CA_SIN='M',IN_AADHAAR='M',IN_PAN='M',US_PASSPORT='M',US_DRIVER_LICENSE='M',UK_NHS='S',UK_DRIVING_LICENCE='S',UK_PASSPORT='S',US_EIN='S')
STOP = set('Mr Mrs Ms Dr Herr Frau Mme van der den de da del dos von bin binti al el ibn and y e und Jr Sr Prof la le di te'.split())
def digit_cut(v, a, b):
    ix = [i for i, c in enumerate(v) if C.dg(c)]
    return v[ix[a]:ix[b-1]+1]
def autoparts(c, v):
    try:
        if c == 'NAME':
            w = [x for x in re.split(r'[\s,_+./"\u00a0]+', v) if len(x) >= 4 and x not in STOP and x.lower() not in {s.lower() for s in STOP}]
            return w if w != [v] else []
        if c == 'CARD':
            n = len(C.dg(v)); return [digit_cut(v, 6, n-4)] if n >= 15 else []
        if c == 'IBAN': return [v[-10:]]
        if c == 'EMAIL':
            l = re.split(r'@|%40', v)[0]; return [l] if len(l) > 4 else []
        if c == 'IP' and v.startswith('::ffff:'): return [v[7:]]
        if c == 'SECRET' and '@' not in v and re.fullmatch(r'\w*:[^:]+', v): return [v.split(':')[1]]
        if c == 'SECRET' and '-----BEGIN' in v: b = re.split(r'-----', v)[2].split('\\n'); return [max(b, key=len).strip()[8:56]]
        if c == 'SECRET' and v.count('.') == 2 and v.startswith('ey'): return [v.split('.')[1]]
        if c == 'SECRET' and len(v) >= 24 and not re.search('[ \\\\]', v): return [v[-16:]]
        if c == 'PHONE': n = len(C.dg(v)); return [digit_cut(v, n-7, n)] if n >= 9 else []
        if c == 'ADDRESS':
            seg = [x.strip() for x in re.split(r',|<br/>|\||\\n', v)]
            p = [x for x in seg if len(x) >= 9 and re.search(r'\d', x) and re.search(r'[^\W\d]{4}', x) and not re.match(r'([A-Z]-)?\d{4,5} |\d\d-\d{3} ', x) and not re.search(r'[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}$|[A-Z]{2} \d{5}$', x)]
            return [x for x in p if x != v]
    except Exception: pass
    return []
TOK = re.compile(r'\[\[(=?)([A-Za-z_0-9+]+)(?::([MSLH]))?(?:/([A-Za-z_0-9]+))?\|(.*?)\]\]')
TOPIC = set('track cvv pin expiry crypto customer user session device feature hl_branch zerowidth fullwidth minus json_escape typed_pairs'.split())
REN = dict(hl_branch='prose', feature='prose', zerowidth='unicode', fullwidth='unicode', minus='unicode', curl='shell', logcat='mobile', oslog='mobile', docker='shell', csv_in_json='json_nested', iso20022='xml', ivr='callcentre', genesys='callcentre', sip='callcentre', email='header', pushgw='kv', slack='chat', windows='iam', keycloak='iam', cyberark='iam', sentry='kv', yaml='yaml', cobol='mainframe', cron='syslog', jira='ticket', servicenow='ticket', zendesk='ticket', oracle='database', db2='database', mssql='database', mongo='database', redis='database', snowflake='database', elastic='database', finacle='corebanking', t24='corebanking', idoc='corebanking', spark='batch', airflow='batch', dbt='batch')
def guess(c, t):
    c = c.split(':')[0]
    if c in REN: return REN[c]
    if c in ('json_escape', 'typed_pairs'): return 'json' if t[0] == '{' else 'xml'
    if c not in TOPIC: return c
    if t[0] in '{[' and '":' in t: return 'json'
    if t[0] == '<': return 'xml'
    if re.match(r'(SELECT|select|MERGE|INSERT)', t): return 'sql'
    if re.match(r'(GET|POST|/api|http:)', t): return 'url'
    if re.match(r'(Cookie|X-)', t): return 'header'
    if t.startswith(('sshd', 'LDAP', 'RACF', 'Oracle')): return 'syslog'
    if t.startswith('java'): return 'stacktrace'
    if t.startswith(('DE45', 'emv')): return 'iso8583'
    if len(re.findall(r'[\w.]+=', t)) >= 2: return 'kv'
    return 'prose'
def build(carrier, src):
    carrier = guess(carrier, src)
    env = {}
    t = re.sub(r'<<([^<>]+)>>', lambda m: ev(m[1], env), src)
    prev = None
    while prev != t:
        prev = t
        t = re.sub(r'<b64>((?:(?!<b64>).)*?)</b64>', lambda m: base64.b64encode(m[1].encode()).decode(), t)
        t = re.sub(r'<b64u>((?:(?!<b64u>).)*?)</b64u>', lambda m: b64u(m[1].encode()), t)
        t = re.sub(r'<pct>((?:(?!<pct>).)*?)</pct>', lambda m: urllib.parse.quote(m[1], safe=''), t)
        t = re.sub(r'<hex>((?:(?!<hex>).)*?)</hex>', lambda m: m[1].encode().hex(), t)
        t = re.sub(r'<js>((?:(?!<js>).)*?)</js>', lambda m: json.dumps(m[1], ensure_ascii=False)[1:-1], t)
    t = re.sub(r'<U\+([0-9A-F]{4,5})>', lambda m: chr(int(m[1], 16)), t)
    out, hide, keep, pos = '', [], [], 0
    for m in TOK.finditer(t):
        out += t[pos:m.start()]; pos = m.end()
        eq, cls, need, kind, body = m.groups()
        if eq:
            out += body
            if len(body) >= 3: keep.append(dict(kind=cls, value=body))
            continue
        v, _, ps = body.partition('||')
        cl = cls.split('+'); pl = ps.split(';;') if ps else []
        for j, c in enumerate(cl):
            if c not in NEED: raise Exception('class '+c)
            h = {'class': c, 'need': need or (NIDNEED.get(kind, 'L') if c == 'NATIONAL_ID' else NEED[c])}
            if kind and (j == 0): h['kind'] = kind
            h['value'] = v
            if j < len(pl):
                p = [x for x in pl[j].split(';') if x]
                if p:
                    h['parts'] = p
                    if p[0] not in v: h['enc'] = True
            else:
                h['_auto'] = True
            hide.append(h)
        out += v
    out += t[pos:]
    if '[[' in out and re.search(r'\[\[=?[A-Z]', out): print('MARKUP LEFT:', out)
    hs = [s for h in hide for s in C.spans(out, h['value'])]
    for h in hide:
        if h.pop('_auto', 0):
            p = [x for x in autoparts(h['class'], h['value']) if all(any(a <= i and j <= b for a, b in hs) for i, j in C.spans(out, x))]
            if p: h['parts'] = p
    seen, hh = set(), []
    for h in hide:
        k = (h['class'], h['value'], tuple(h.get('parts', [])))
        if k not in seen: seen.add(k); hh.append(h)
    ks, kk = set(), []
    for k in keep:
        if (k['kind'], k['value']) not in ks: ks.add((k['kind'], k['value'])); kk.append(k)
    return dict(text=out, carrier=carrier, hide=hh, keep=kk)
n = 0
with open(os.path.join(H, '..', 'lines.jsonl'), 'w', encoding='utf-8') as f:
    for fn in sorted(glob.glob(os.path.join(H, '*.txt'))):
        for ln, s in enumerate(open(fn, encoding='utf-8'), 1):
            s = s.rstrip('\n')
            if not s or s.startswith('##'): continue
            car, _, src = s.partition(' ~ ')
            n += 1; R.seed(f'{fn.rsplit("/",1)[1]}:{src}')
            try: o = build(car, src)
            except Exception as e: print(fn, ln, repr(e), s[:80]); continue
            f.write(json.dumps(dict(id='t%03d' % n, **o), ensure_ascii=False) + '\n')
print(n, 'lines')
