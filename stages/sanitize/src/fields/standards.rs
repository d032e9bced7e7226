//! Names of fields in the standards and products that a bank's logs quote: ISO 20022, Open Banking, Bacs and Nacha, SAP, core banking systems, security
//! event formats, and the plain words of other languages. Read together with `bank`, by the same rules.

use schemas::pii::PiiClass::{
    self, Account, Address, BirthDate, Card, Customer, Device, Email, Geo, Iban, Ip, Mac, Name, NationalId, Phone, Secret, Session, User,
};

use super::shape::Shape;

/// Fields that hold values of a class.
#[rustfmt::skip]
pub(crate) const SENSITIVE: &[(PiiClass, &[&str])] = &[
    (Name, &[
        "emboss", "embossing_name", "emboss_line", "emboss_line1",
        // ISO 20022: a party and its name.
        "nm", "cdtr", "dbtr", "ultmt_dbtr", "ultmt_cdtr", "frst_nm", "mddl_nm", "lst_nm", "birth_nm", "prev_nm", "acct_hldr", "hldr_nm", "ctct_dtls", "nm_prfx",
        "crdhldr", "crdhldr_nm", "ownr", "acct_ownr", "invstr", "benfcry", "benfcy", "cdtr_nm", "dbtr_nm", "given_nm", "fmly_nm",
        // Open banking, core banking and SAP.
        "creditor_name", "debtor_name", "beneficiary_nm", "ben_name", "bene_name", "bene", "bnf_name", "rmtr_name", "cust_name", "acct_name", "acct_title", "account_title",
        "acc_title", "cust_nm", "cust_full_name", "mail_name", "short_title", "name1", "name2", "name3", "name4", "name_org1",
        "name_first", "name_last", "namev", "koinh", "ebank_koinh", "vorna", "nachn", "mcname", "nachname1", "embossed_name", "emboss_name", "name_on_card", "card_name",
        "account_holder_nm", "sender_nm", "receiver_nm", "individual_name", "indiv_name", "lname", "fname", "mname", "first_nm", "last_nm", "family_name", "middlename",
        "middle_initial", "birth_name", "maiden_name", "alias_name", "givenname", "caller_name", "signers", "signatories",
        "authorised_signatory", "authorized_signatory", "signer", "*_signer", "beneficial_owner", "ubo", "approver_name", "cosigner", "co_borrower",
        "co_applicant", "mother_name", "father_name", "fathers_name", "mothers_name", "spouse_name", "patronymic", "patientname", "insured", "insured_name", "policyholder", "trustee", "power_of_attorney",
        "attorney_name", "legal_name", "contact_name", "teller_name", "employee_name", "advisor_name", "adviser_name", "rm_name", "kyc_name", "matched_name", "screened_name", "party_name", "subject_name",
        // Other languages.
        "kontoinhabername", "inhaber", "*_inhaber", "begünstigter", "beguenstigter", "zahlungsempfaenger", "zahlungsempfänger", "zahler", "ansprechpartner", "geburtsname", "familienname", "rufname", "kundin", "bevollmächtigter", "bevollmaechtigter", "versicherungsnehmer", "darlehensnehmer", "antragsteller", "nombres", "nombre_completo", "primer_nombre", "primer_apellido", "segundo_apellido", "ordenante", "beneficiario", "titular_cuenta", "nombre_titular", "razon_social",
        "intestatario", "ordinante", "nominativo", "ragione_sociale", "nom_prenom", "nom_complet", "nom_de_famille", "nom_usage", "nom_naissance", "donneur_ordre", "bénéficiaire", "prénom", "tegenrekeninghouder", "rekeninghouder", "begunstigde",
        "opdrachtgever", "tussenvoegsel", "roepnaam", "imie_nazwisko", "imię", "imię_i_nazwisko", "odbiorca", "nadawca", "posiadacz", "zleceniodawca", "sukunimi", "etunimi", "saaja", "maksaja", "tilinomistaja", "förnamn", "kontohavare", "kontoinnehavare", "mottagare", "betalningsmottagare", "etternavn", "fornavn", "kontoeier", "kontohaver", "modtager",
        "jmeno", "jméno", "prijmeni", "příjmení", "majitel", "nome_completo", "sobrenome", "apelido", "favorecido", "destinatario", "destinatário", "titular_conta", "pagador", "ad_soyad", "soyad", "soyadi", "musteri_adi", "vezeteknev", "keresztnev", "nume", "prenume", "prezime", "ime_i_prezime", "priimek", "vards", "uzvards", "vardas", "pavarde", "eesnimi", "perekonnanimi", "ime", "nev", "név", "teljes_nev", "teljes_név",
        "alici", "alıcı", "alici_adi", "gonderen", "gönderen", "lehtar", "lehdar", "nama", "nama_penuh", "nama_lengkap", "fio", "familiya", "imya", "otchestvo",
    ]),
    (Card, &[
        "pan_nb", "pan_number", "full_pan", "clear_pan", "pln_crd_data", "plain_card_data", "card_nb", "crd_nb", "card_nbr", "crdno", "cardnr", "acct_pan", "funding_pan", "fpan", "dpan", "token_pan",
        "primary_acct_number", "primary_acct_no", "primary_acc_num", "cardacctnum", "accountnumber_card", "kartennummer", "karten_nr", "kreditkarte", "kreditkartennummer", "numero_carte", "num_carte", "carte_bancaire", "numero_tarjeta", "num_tarjeta",
        "tarjeta", "numero_carta", "kaartnummer", "pasnummer", "nr_karty", "numer_karty", "kortnummer", "kortinnumero", "kart_no", "kart_numarasi", "numero_cartao", "numero_do_cartao", "cislo_karty", "de002", "card_id_number",
        "payment_card_number", "pan_plain",
    ]),
    (Iban, &[
        "cdtr_iban", "dbtr_iban", "iban_no", "iban_nr", "iban_num", "iban_nb", 
    ]),
    (Account, &[
        "ktonr", "ktnr",
        // ISO 20022 accounts; the wrappers below them (`Id`, `Othr`) are passed.
        "cdtr_acct", "dbtr_acct", "ultmt_dbtr_acct", "chrgs_acct", "crdt_acct", "dbt_acct", "sttlm_acct", "cash_acct", "csh_acct", "sfkpg_acct", "rltd_acct", "prxy", "orgnl_acct", "updtd_pty_and_acct_id",
        // Clearing codes: with the account they are half of it.
        "sort_code", "*_sort_code", "dest_sort_code", "orig_sort_code", "sortcd", "clr_sys_mmb_id", "mmb_id", "bankleitzahl_konto", "bsb", "bsb_number", "bsb_code", "bsb_no", "ifsc", "ifsc_code", "aba", "aba_number", "aba_no",
        "routing_number", "routing_no", "routing_num", "routing_transit", "routing_transit_number", "rtn", "rt_number", "transit_number", "transit_no", "odfi", "rdfi", "odfi_id", "rdfi_id", "odfi_routing", "rdfi_routing", "receiving_dfi", "originating_dfi",
        "receiving_dfi_id", "dfi_account_number", "dfi_acct", "dfi_account",
        // Bacs, Nacha, core banking.
        "dest_acc", "dest_acct", "dest_account", "orig_acc", "orig_acct", "orig_account", "dda", "dda_no", "dda_number", "dda_acct", "acc_num", "acc_nbr", "acct_nbr", "acct_nb", "acc_id", "account_nbr", "accountnr", "account_key_ref",
        "foracid", "from_acc", "to_acc", "from_acct_no", "to_acct_no", "debtor_account", "creditor_account", "dr_acct", "cr_acct", "dr_account", "cr_account", "dr_ac", "cr_ac", "ac_number", "a_c", "contra_account", "nostro_account", "vostro_account", "suspense_account", "cust_ac_no", "cust_account_no", "ac_entry_no",
        "account_with", "savings_account", "checking_account", "current_account", "linked_account", "counterparty_account", "bankn", "bank_acct", "bank_account", "bank_account_number", "bank_account_no", "resource_id_account", "account_number_masked", "account_identifier", "account_identification",
        "secondary_identification", "de102", "de103", "acct_from", "acct_to", "primary_account", "alloc_account", "virtual_account", "vpa", "upi_id", "upi_vpa", "pix_key", "chave_pix", "paym_proxy", "loan_no", "loan_acct", "loan_id", "mortgage_account", "policy_account",
        "umr", "umrn", "mndt_id", "mandate_no", "mandate_ref", "mandatsreferenz", "depotnummer", "depot_nr", "depot", "konto", "konto_nr", "kontonummern", "gegenkonto", "auftraggeberkonto", "empfaengerkonto", "numero_cuenta", "num_cuenta", "cuenta", "cuenta_origen", "cuenta_destino", 
        "numero_compte", "num_compte", "compte", "numero_conto", "num_conto", "conto_corrente", "rekening", "rekeningnummer", "rek_nr", "numer_rachunku", "nr_rachunku", "rachunek", "nrb", "kontonummer_bank", "tilinumero", "clearingnummer", "cislo_uctu", "numero_conta", "num_conta", "conta_corrente", "hesap_no", "hesap_numarasi", "szamlaszam", "raschetny_schet",
    ]),
    (Email, &[
        "email_adr", "email_addr", "email_id", "smtp_addr", "smtp_address", "mail_to", "mail_from", "rcpt", "rcpt_to", "reply_to_address", "contact_email", "correo", "correo_electronico", "courriel", "adresse_mail", "posta_elettronica", "e_posta", "epost", "sahkoposti",
        "eml", "user_email", "cc_email", "notify_email",
    ]),
    (Phone, &[
        "phne_nb", "tel_priv", "tel_privat", "tel_gesch", "tel_mobil", "mob_nb", "fax_nb", "phone_nb", "phone_nbr", "tel_nbr", "tel_number", "telf1", "telf2", "telfx", "mob", "mob_no", "mobile_nbr", "mobile_num", "phone_num", "cell_no", "cell_number", "home_phone_number", "work_phone", "contact_no", "mobile_phone", "ani", "calling_party",
        "called_party", "a_number", "b_number", "dest_msisdn", "sms_number", "otp_mobile", "registered_mobile", "rufnummer", "mobilnummer", "mobiltelefon", "handy_nr", "festnetz", "telefonnr", "num_telephone", "tel_portable", "telephone_portable", "numero_telefono", "movil", "celular", "cellulare", "numero_cellulare", "telefoonnummer", "mobiel", "telefonnummer_mobil",
        "puhelin", "puhelinnumero", "nr_telefonu", "telefon_komorkowy", "cep_telefonu", "telemovel", "mobilni_telefon",
    ]),
    (NationalId, &[
        // ISO 20022 and forms.
        "prvt_id", "ctzn_sh", "ntl_id_nb", "tax_id_nb", "drvrs_lic_nb", "ssl_scty_nb", "psprt_nb", "id_card_nb", "natl_id", "national_id_number", "national_id_no", "nid_no", "govt_id", "government_issued_id", "id_doc_number", "id_doc_no", "doc_no", "doc_number", "identity_no", "identity_doc_no", "identity_document_number",
        "identity_document", "passport_nbr", "passport_num", "psprt_no", "dl_no", "dl.no", "dl.number", "dl_num", "drv_lic_no", "driving_licence_number", "driver_license_number", "drivers_license_number", "drivers_licence_number", "driver_license_no", "licence_nbr", "tax_no", "tax_payer_id", "tax_identification_number", "tax_ref", "tax_reference", "nino_number", 
        "us_ein", "ein_number", "fein", "employer_id", "vat_id", "vat_no", "vat_reg_no", "stcd1", "stcd2", "stceg",
        // National names.
        "aadhaar_no", "aadhar_no", "aadhaar_num", "aadhaar_id", "uidai", "pan_no", "pan_in", "pan_card_no", "epic_no", "voter_id_no", "gstin_no", "burgerservicenummer", "bsn_nummer", "sofinummer", "steuer_nr", "idnr", "ust_id", "ust_id_nr", "personalausweisnummer", "ausweis_nr", "passnummer", "reisepassnummer", "sozialversicherungsnummer",
        "sv_nummer", "svnr", "rentenversicherungsnummer", "rvnr", "krankenversichertennummer", "führerscheinnummer", "fuehrerscheinnummer", "ahv_nr", "cod_fiscale", "cod_fisc", "partita_iva", "p_iva", "carta_identita", "numero_documento", "num_documento", "documento_identidad", "dni_nie", "nif_cif", "cedula", "cedula_identidad", "cuil", "curp_id", "ruc", "nuip",
        "numero_securite_sociale", "num_secu", "numero_ss", "numero_fiscal", "num_fiscal", "carte_identite", "numero_passeport", "numero_nir", "niss", "rijksregister", "rrn_be", "registre_national", "nip", "regon", "dowod_osobisty", "nr_dowodu", "numer_dowodu", "personnr", "fodselsnummer", "fødselsnummer", "fnr", "cpr", "cpr_nr", "henkilotunnus", "sotu", "kennitala",
        "rodne_cislo", "rodné_číslo", "rc_number", "cislo_op", "cpf_cnpj", "cpf_no", "nro_cpf", "rg_numero", "nif_pt", "cartao_cidadao", "tc_kimlik", "tc_kimlik_no", "tckn", "vkn", "vergi_no", "kimlik_no", "szemelyi_szam", "adoazonosito", "cnp", "cod_numeric_personal", "egn", "oib", "emso", "jmbg", "asmens_kodas", "isikukood", "personas_kods", "amka", "afm", "pps", "pps_number", "ppsn", "nric_fin", "fin_no", "uen",
        "mykad", "ic_no", "ic_number", "hkid", "rrn_kr", "jumin", "my_number", "nik", "ktp", "philsys", "sss_no", "thai_id", "citizen_no", "cnic", "emirates_id", "iqama", "iqama_no", "civil_id", "teudat_zehut", "rsa_id", "bvn", "nin_no", "ghana_card", "inn", "snils", "ogrn", "tfn_no", "tax_file_number", "medicare_no", "ird_number",
    ]),
    (Address, &[
        "deliver_to", "ship_to", "regadd", "mailadd", "pstl_adr", "adr_line", "adr_ln", "strt_nm", "bldg_nb", "bldg_nm", "pst_bx", "pst_cd", "twn_nm", "twn_lctn_nm", "dstrct_nm", "ctry_sub_dvsn", "city_of_birth", "city_of_brth", "prvc_of_birth", "birth_city", "addr_line", "addr_line1", "addr_line2", "address_line_3", "addr1", "addr2", "addr3",
        "adr1", "adr2", "adr", "street1", "street2", "street_name", "street_no", "street_number", "str_suppl1", "stras", "stras2", "pstlz", "pstl2", "ort01", "ort02", "house_num1", "house_nr", "building_number", "building_name", "bldg_no", "flat_no", "apt", "apt_no", "postbox", "po_box", "post_cd", "postal_cd", "pcode", "pin_code", "postal",
        "town_name", "town_nm", "city_name", "home_city", "home_address", "billing_address", "shipping_address", "residential_address", "correspondence_address", "work_address", "street_addr", "location_address", "legal_address", "anschrift", "anschr", "wohnort", "straße_nr", "strasse_nr", "strassenname", "geburtsort", "plz_ort", "adresse_postale", "rue", "num_rue", "commune", "lieu_naissance", "lieu_de_naissance", "domicilio", "direccion_postal", "codigo_postal",
        "poblacion", "localidad", "lugar_nacimiento", "via_indirizzo", "comune", "luogo_nascita", "luogo_di_nascita", "residenza", "straat", "straatnaam", "huisnummer", "geboorteplaats", "kod_pocztowy", "miejscowosc", "adres_zamieszkania", "miejsce_urodzenia", "gatuadress", "postnummer", "postadress", "ortnamn", "gateadresse", "poststed", "postinumero", "katuosoite", "osoite", "postitoimipaikka", "ulice", "endereco", "logradouro", "cep",
        "bairro", "morada", "codigo_postal_pt", "posta_kodu", "ilce", "iranyitoszam", "irsz",
    ]),
    (BirthDate, &[
        "birth_dt", "brth_dt", "dt_of_birth", "dt_of_brth", "dob_date", "cust_dob", "date_birth", "gbdat", "gbdatum", "geb_datum", "gebdat", "date_naiss", "naissance", "nacimiento", "fec_nacimiento", "fecnac", "fecha_nac", "nascita", "data_nascita", "data_nascimento", "data_de_nascimento", "nascimento", "geboren", "födelsedatum",
        "fodelsedatum", "fødselsdato", "fodselsdato", "syntymaaika", "syntymäaika", "data_ur", "datum_narozeni", "datum_narození", "dogum_tarihi", "szuletesi_datum", "szuletesi_ido", "data_nasterii", "datum_rodjenja", "datum_rodenja", "birthdate_iso", "date_of_brth", "bday",
    ]),
    (Ip, &[
        "src_ip_addr", "source_ip_address", "dest_ip", "dst_ip_addr", "peer_ip", "caller_ip", "login_ip", "client_ip_addr", "c_ip", "s_ip", "x_client_ip", "source_network_address", "ipaddr_client",
    ]),
    (Mac, &[
        "smac", "dmac", "src_mac", "dst_mac", "hw_address", "calling_station_id", "called_station_id", "ethernet_address", "wifi_mac", "device_mac",
    ]),
    (Customer, &[
        "cust_nbr", "cust_num", "cust_number", "cust_ref", "customer_nbr", "customer_num", "customer_nr", "customer_key", "customer_code", "customer_mnemonic", "cif_key", "cif_num", "fan", "cis_no", "cis_number", "bp_number", "business_partner", "partner_no", "partner_number", "kunnr", "gpart", "bpartner",
        "lifnr", "creditor_id", "party_no", "party_ref", "party_key", "client_ref", "client_code", "clientid_no", "member_nbr", "membership_no", "membership_number", "policy_no", "policy_number", "contract_holder_id", "beneficiary_no", "debtor_id", "cdtr_schme_id", "customers", "psu_id", "psu_corporate_id", "relationship_id", "household_id", "obligor", "obligor_id", "borrower_no",
        "kd_nr", "klnr", "kundenr", "kundnummer", "kundenummer", "partnernummer", "mitgliedsnummer", "numero_client", "num_client", "no_client", "id_client", "numero_cliente", "num_cliente", "cod_cliente", "codigo_cliente", "id_cliente", "codice_cliente", "ndg", "klantnummer", "klant_nr", "nr_klienta", "numer_klienta", "asiakasnumero", "cislo_klienta", "cislo_zakaznika",
        "musteri_no", "musteri_numarasi", "ugyfelszam", "cod_client", "client_cif", "cliente", "klant", "klient", "kund", "asiakas", "musteri",
    ]),
    (Session, &[
        "sess", "sess_no", "session_no", "session_nr", "session_token_id", "sesskey", "asp_net_session_id", "aspsessionid", "web_session_id", "login_session", "dtsid", "connect_sid", "laravel_session", "ci_session",
    ]),
    (User, &[
        // CEF, LEEF, syslog, Windows and mainframe.
        "suser", "duser", "osuser", "dbuser", "suid", "duid", "psu", "*_vpa", "usr_name", "usr", "usr_id", "src_user", "dst_user", "source_user", "target_user", "target_user_name", "subject_user_name", "account_domain_user", "user_principal_name", "user_account", "auid", "acct_user", "ruser", "logname", "login_user", "luser",
        "bname", "uname", "ernam", "aenam", "usnam", "racf_id", "userid_racf", "jobuser", "operid", "teller_no", "teller_nbr", "emp_id", "emp_no", "employee_no", "employee_number", "staff_no", "staff_number", "agent_name", "agent_login", "officer_id", "officer_code", "rm_code", "maker_id", "checker_id", "inputter",
        "authoriser", "authorizer", "entered_by", "last_modified_by", "requested_by", "requester_id", "released_by", "verified_by", "reviewed_by", "sent_by", "submitted_by", "raised_by", "assigned_to", "assignee", "changed_by", "closed_by", "opened_by", "owner_login", "run_as", "impersonated_user", "sub_user", "preferred_username", "c_user", "cs_username", "benutzer", "benutzername",
        "benutzerkennung", "anmeldename", "kennung", "bearbeiter", "sachbearbeiter", "utilisateur", "identifiant", "nom_utilisateur", "usuario", "nombre_usuario", "utente", "nome_utente", "gebruiker", "gebruikersnaam", "uzytkownik", "nazwa_uzytkownika", "kayttaja", "kayttajatunnus", "anvandare", "användare", "anvandarnamn", "bruker", "brukernavn", "bruger", "brugernavn", "uzivatel", "kullanici", "kullanici_adi",
    ]),
    (Device, &[
        "device_external_id", "src_device_id", "dvcid", "source_device_id", "deviceidentifier", "hardware_id", "hwid", "handset_imei", "imei_no", "imei1", "imei2", "imeisv", "sim_serial", "sim_iccid", "aaid", "firebase_installation_id", "push_device_id", "terminal_device_id", "device_key", "device_hash", "device_print", "vehicle_id_number", "vehicle_identification_number", "fahrgestellnummer",
        "fin_nummer", "kennzeichen", "kfz_kennzeichen", "bastidor", "numero_chassis", "telaio", "android_device_id", "ios_device_id", "vendor_id_ios", "device_udid",
    ]),
    (Geo, &[
        "geo_lat", "geo_lon", "geo_long", "geo_lng", "gps_lat", "gps_lon", "gps_long", "gps_coordinates", "last_location", "user_location", "device_location", "breite", "breitengrad", "laenge_grad", "längengrad", "laengengrad", "latitud", "longitud", "latitudine", "longitudine",
    ]),
    (Secret, &[
        "newpin", "new_pin", "oldpin", "old_pin", "currentpin", "current_pin", "confirm_pin",
        "cardsecuritycode", "sec_code_card", "card_verification_value", "card_verification_code", "verification_value", "csc", "csc2", "cvn", "cvn2", "cav2", "cvv1", "icvv", "dcvv", "cvd", "cid_amex", "scty_cd", "card_scty_cd", "csc_val", "csc_mgmt_val", "card_cid", "kartenpruefnummer", "kartenprüfnummer", "pruefziffer_karte", "prüfnummer", "pruefnummer", "sicherheitscode", "code_securite",
        "cryptogramme", "codigo_seguridad", "codice_sicurezza", "veiligheidscode", "card_expiration", "card_expiry_date", "card_expiration_date", "card_exp_date", "xpry_dt", "card_exp_month", "card_exp_year", "exp_mon", "exp_yr", "exp_mm", "exp_yy", "expiration_month", "expiration_year", "expiry_month", "expiry_year", "telepin", "ipin", "mpin", "t_pin", "upi_pin", "atm_pin", "pin_val",
        "secret_id", "card.cid", "payment_card.cid", "credit_card.cid", "pinblk", "pin_blk", "pblk", "epb", "encrypted_pin_block", "ncrptd_pin_blck", "pin_data", "pin_offset", "pvv", "clear_pin", "de52_pin", "de14", "de014", "de035", "de36", "de036", "de045", "de052", "trck1", "trck2", "trck3", "trk1", "trk2", "track3", "track3_data", "track2_equivalent_data", "t2d", "t1d", "track2equivalent", "geheimzahl", "geheimnummer", "kennwoerter", "losung", "losungswort", "zugangscode",
        "zugangsdaten", "freischaltcode", "aktivierungscode", "code_secret", "code_confidentiel", "clave", "clave_acceso", "contraseña", "codigo_acceso", "parola_chiave", "parola", "codice_segreto", "haslo", "hasło", "kod_pin", "salasana", "tunnusluku", "lösenord", "losenord", "passord", "adgangskode", "kodeord", "heslo", "sifre", "şifre", "jelszo", "jelszó", "lozinka", "geslo", "parole", "slaptazodis", "parool", "kodikos", "palavra_passe",
        "account_key", "shared_access_key", "sas_token", "x_amz_signature", "x_goog_signature", "x_amz_security_token", "storage_key", "master_key", "client_key", "consumer_secret", "consumer_key", "app_secret", "appkey", "api_token", "authorization_code_grant", "code_verifier", "session_secret", "refresh_tok", "access_tok", "bearer_token", "id_tok", "device_token", "push_token",
        "fcm_token", "apns_token", "identified_by", "passwd_hash", "password_hash", "pwd_hash", "pass_hash", "pwhash", "salt_password", "hmac_key", "ksn_key", "dek_key", "memorable_info", "memorable_information", "memorable_data", "passnumber", "secret_word", "secret_number", "sec_answer", "kba_answer", "challenge_answer", "mtan", "sms_tan", "chip_tan", "push_tan", "itan",
        "sms_code", "sms_otp", "otp_code", "otp_value", "verification_pin", "activation_code", "enrollment_code", "recovery_code", "backup_code", "temp_password", "initial_password", "temppwd", "db_password", "bind_password", "bindpw", "requirepass", "masterauth", "ldap_bind_pw", "private_key_pem", "client_certificate_key", "encryption_password", "keypass", "storepass", "truststore_password", "wallet_password", "seed_phrase", "mnemonic", "basic_auth",
    ]),
];

/// Fields that hold technical facts although a word in them may say otherwise.
#[rustfmt::skip]
pub(crate) const KEPT: &[&str] = &[
    // What Kafka and Kubernetes number.
    "involved_object.uid", "metadata.uid", "owner_references.uid", "regarding.uid", "object_ref.uid",
    // Limits of rates; calls and trees of menus.
    "reset", "retry_after", "rate_limit_reset", "ratelimit_reset", "x_ratelimit_reset", "merchant_city", "branch_city", "bank_city", "terminal_city", "atm_city", "store_city", "service_account", "service_account_name", "tree", "tree_name",
    // The bank of somebody.
    "payee.bank", "payer.bank", "beneficiary.bank", "creditor.bank", "debtor.bank", "recipient.bank", "sender.bank", "receiver.bank",
    // Goods and programs.
    "produkt", "produit", "prodotto", "producto", "app_display_name", "application_display_name",
    // ISO 20022: agents are banks, and codes are codes.
    "fin_instn_id", "fin_instn_id.nm", "fin_instn_id.id", "brnch_id", "brnch_id.nm", "cdtr_agt", "dbtr_agt", "intrmy_agt1", "instg_agt", "instd_agt", "bicfi", "bic_or_bei", "any_bic", "instr_id", "end_to_end_id", "tx_id", "msg_id", "pmt_inf_id", "uetr", "ctry", "ctry_of_birth", "cd", "prtry", "instd_amt", "intr_bk_sttlm_amt", "cre_dt_tm", "reqd_exctn_dt", "sts", "rsn", "svc_lvl", "ctgy_purp", "lcl_instrm", "purp", "schme_nm", "issr", "nb_of_txs", "ctrl_sum", "lei",
    // ISO 8583 elements that are no person's.
    "de3", "de4", "de7", "de11", "de12", "de13", "de15", "de18", "de22", "de24", "de25", "de32", "de37", "de38", "de39", "de41", "de42", "de43", "de49", "de53", "de54", "de55", "de60", "de70", "de90", "de03", "de04", "de07", "de003", "de004", "de007", "de011", "de012", "de013", "de015", "de018", "de022", "de024", "de025", "de032", "de037", "de038", "de039", "de041", "de042", "de043", "de049", "de053", "de054", "de055", "de060", "de070", "de090", "stan", "mti", "eci", "dnis", "mtcn", "merchant_account", "proc_code", "retrieval_reference_number", "retrieval_ref", "approval_code", "rc", "aid", "arqc", "tvr", "atc",
    // SAP, Bacs, Nacha.
    "mandt", "land1", "spras", "bukrs", "belnr", "gjahr", "waers", "txn_code", "proc", "tc", "sec_code", "batch_no", "file_id", "ach_trace", "sun",
    // Programs.
    "container_name_id", "file_owner", "owner_reference", "owner_references", "account_class", "card_status", "card_state", "card_product", "account_currency", "account_category", "account_type_code", "pin_status", "pin_change", "pin_mode", "pin_entry_capability", "pin_try_counter", "cvv_result", "cvc_result", "cvv_match", "cvv_status", "cvv_response", "avs_result", "cvm", "token_requestor", "token_status", "token_url", "token_endpoint", "token_expiry", "session_type", "session_count",
    "user_count", "customer_count", "account_count", "accounts_count", "card_count", "customers_total", "user_pool", "address_count", "name_match", "name_score", "name_similarity", "ip_version", "ip_country", "ip_score", "mail_status", "mail_queue", "phone_count", "geo_country", "device_os", "device_status", "device_count", "device_trust", "device_score", "mac_algorithm", "email_count", "login_count", "failed_logins",
    "password_age", "password_length", "password_changed", "password_expiry", "password_reset", "tan_method", "tan_medium", "otp_channel", "otp_attempts", "otp_length", "otp_type",
];

/// Names that say little: the value counts only when it has the shape of the class (a name of two words, an account's digits, a card's expiry).
#[rustfmt::skip]
pub(crate) const SHAPED: &[(PiiClass, Shape, &[&str])] = &[
    // What the payee's bank said of a name: whether it matches, or the name that does.
    (Name, Shape::FullName, &["cop", "cop_result", "confirmation_of_payee", "vop", "verification_of_payee"]),
    (Name, Shape::FullName, &["cn", "common_name", 
        "n", "assigned", "sender", "receiver", "contact", "owner", "matched", "candidate", "entity", "individual", "by", "attn", "attention", "approvals", "owners", "witness", "referee", "tenant_person",
        "sendername", "emittent", "heir", "erbe", "vermittler",
    ]),
    (Name, Shape::Party, &["party", "counterparty", "client", "from_party", "to_party", "klientin", "mandant", "partner", "gegenpartei", "contrepartie", "contraparte", "controparte", "tegenpartij"]),
    (Account, Shape::Identifier, &["wallet"]),
    (Account, Shape::Digits, &["acc", "sc", "sort", "nsc", "transit", "routing", "identification", "account_ref_id", "blz_konto", "ledger_account", "conto", "conta"]),
    (Customer, Shape::Digits, &["relation", "kd", "client_id", "context.key", "cid", "survivor", "duplicate", "duplicate_id", "merged_into", "merged_from", "golden_id", "survivor_id", "surviving_id"]),
    // What a licence of North America holds (AAMVA DL/ID Card Design Standard, D.12.5).
    (Name, Shape::NameWords, &["dcs", "dac", "dct", "surname_field", "lastname_field", "firstname_field", "last_name_field", "first_name_field"]),
    (NationalId, Shape::Document, &["daq"]),
    (BirthDate, Shape::Day, &["dbb"]),
    (Name, Shape::FullName, &["consumer_name"]),
    (Customer, Shape::Document, &["speaker"]),
    (Device, Shape::Identifier, &["device", "dev", "handset", "endpoint_device", "appliance", "geraet", "gerät", "appareil", "dispositivo", "apparaat"]),
    (Geo, Shape::Coordinates, &["position", "point", "geometry", "center", "centre", "whereabouts", "posizione", "posicion", "standort", "ubicacion", "where", "place", "at_location", "pos", "location_point"]),
    (User, Shape::ActorNumber, &["user_ref", "user_no", "user_nr", "user_number", "user_key"]),
    (User, Shape::Subject, &["subject"]),
    // Of telephones there are operators as well.
    (User, Shape::Login, &["operator"]),
    // `op=M71820`: nearly all others are operations.
    (User, Shape::StaffNumber, &["op", "usu", "ope", "opr_no"]),
    (User, Shape::StaffCode, &["agent", "agt", "rm", "opid", "oper", "oper_id", "opr", "opr_id", "csr", "csr_id", "racf", "kuerzel", "kürzel", "personalnummer", "persnr", "personnel_no", "personnel_number", "ma_nr", "beraternummer", "usr_cd", "user_cd", "mitarbeiter", "mitarbeiternummer", "inputter_id"]),
    (Secret, Shape::Long, &["refresh", "seed", "totp_seed", "otp_seed"]),
    (Address, Shape::Postcode, &["cp", "eircode"]),
    (BirthDate, Shape::Day, &["bd", "bdt", "geb", "born_on"]),
    (User, Shape::TokenSubject, &["sub"]),
    (Name, Shape::NameWords, &["fn", "ln", "sn", "vn", "nn", "gn", "nname", "vname", "ad", "onoma", "eponymo"]),
    // `caller` is also where a program wrote a line.
    (Phone, Shape::PhoneNumber, &["caller", "cli", "callback_number", "call_from", "dialed_number", "dialled_number",  "payer_alias", "alias", "sms", "from_number", "to_number"]),
    (NationalId, Shape::Document, &["rfc", "nin", "omang", "utr", "passeport", "no_passeport", "pasaporte", "num_pasaporte", "passaporto", "passaporte", "paspoort", "paspoortnummer", "paszport", "permis_conduire", "rijbewijs", "patente", "cccd", "fin", "document_no", "doc_num", "visa_no"]),
    (User, Shape::Actor, &[
        "author", "committer", "sso_id", "nickname", "*_by", "upd_by", "chg_by", "cre_by", "crt_by", "ins_by", "mod_by", "del_by", "last_upd_by", "who", "principal", "case_owner", "ticket_owner", "issue_owner", "case_manager", "account_manager", "account_officer", "loan_officer", "branch_manager", "checked_by", "executed_by", "processed_by", "handled_by", "cancelled_by", "canceled_by", "deleted_by", "uploaded_by", "triggered_by", "run_by", "logged_by", "completed_by", "granted_by", "acknowledged_by",
        "escalated_to", "escalated_by", "transferred_to", "delegated_to", "delegate", "on_behalf_of", "impersonator", "done_by", "edited_by", "added_by", "removed_by", "rejected_by", "declined_by", "confirmed_by", "signed_off_by", "prepared_by", "captured_by", "posted_by", "overridden_by", "unlocked_by", "locked_by", "authid", "viewer", "trader", "underwriter", "line_manager", "last_modified_by_id", "created_by_id", "modified_by_id", "keyed_by", "viewed_by", "checked_out_by", "acked_by", "ack_by",
    ]),
    (Secret, Shape::Long, &["zpk", "zmk", "tmk", "lmk", "*_kek", "*_zmk", "*_zpk", "*_tmk", "*_lmk", "tmk_component", "zmk_component", "lmk_component", "key_component", "clear_component", "tmk_component1", "tmk_component2", "tmk_component3", "zmk_component1", "zmk_component2", "zmk_component3", "key_component1", "key_component2", "key_component3", "bdk", "ipek", "kek"]),
    (Secret, Shape::ShortCode, &["verification_code", "2fa_code", "two_factor_code", "auth_code_sms", "sms_verification_code"]),
    (Secret, Shape::Signature, &["sig", "signature", "hmac"]),
    // A card's approval code is shorter.
    (Secret, Shape::Long, &["auth_code", "authorization_code"]),
    (Account, Shape::AccountNumber, &["dr", "cr", "dr_acc", "cr_acc", "debit", "credit", "from", "to", "source", "src", "dst", "target", "origen", "destino", "origem", "origine", "destinazione", "destinataire", "agreement", "agreement_no", "agreement_number", "agreement_id"]),
    (NationalId, Shape::Digits, &["id_doc", "identity_doc"]),
    // What Keycloak calls the session of a login.
    (Session, Shape::Identifier, &["session_index", "code_id"]),
    (Secret, Shape::Expiry, &["exp", "expiry", "expires", "expiration", "exp_date", "exp_dt", "expiry_date", "expiry_dt", "expiration_date", "valid_thru", "valid_to", "valid_until", "good_thru", "xpry", "ablauf", "ablaufdatum", "gueltig_bis", "gültig_bis", "verfall", "verfalldatum", "date_expiration", "validite", "caducidad", "fecha_caducidad", "vencimiento", "scadenza", "data_scadenza", "vervaldatum", "geldig_tot", "data_waznosci", "giltig_till", "voimassa", "validade", "son_kullanma"]),
];

/// Wrappers that say nothing themselves: what is above them decides (`CdtrAcct/Id/Othr/Id`).
pub(crate) const WRAPPERS: &[&str] = &[
    "othr",
    "other",
    "org_id",
    "id",
    "identification",
    "dtls",
    "details",
    "value",
    "info",
    "item",
    "ctct_dtls",
    "dt_and_plc_of_birth",
    "tp",
    "prxy",
];
