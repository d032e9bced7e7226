//! Names of fields that hold what one country's administration hands out: registers of persons and companies, tax and insurance numbers, number plates,
//! clearing numbers. In the country's own language and in English. Read together with `bank`, by the same rules.

use schemas::pii::PiiClass::{self, Account, BirthDate, Device, Geo, NationalId, Secret};

use super::shape::Shape;

/// Fields that hold values of a class.
#[rustfmt::skip]
pub(crate) const SENSITIVE: &[(PiiClass, &[&str])] = &[
    (NationalId, &[
        // Germany, Austria, Switzerland.
        "lanr", "*_lanr", "arztnummer", "arzt_nr", "lebenslange_arztnummer", "bsnr", "*_bsnr", "betriebsstättennummer", "betriebsstaettennummer", "betriebsstätten_nr", "betriebsstaetten_nr", "betriebsnummer", "handelsregister",
        "handelsregisternummer", "handelsregister_nr", "handelsregistereintrag", "hrb", "hra", "hrb_nr", "hra_nr", "hrb_nummer", "hra_nummer", "registernummer", "register_nr", "vereinsregister", "vereinsregisternummer", "genossenschaftsregister",
        "steuernummer", "steuer_nummer", "st_nr", "st_nummer", "steuer_id", "steuer_ident_nr", "steueridentnummer", "umsatzsteuer_id", "umsatzsteuer_id_nr", "umsatzsteuer_nr", "umsatzsteuer_ident_nr", "umsatzsteuer_identifikationsnummer", "umsatzsteuernummer",
        "ust_id", "ust_idnr", "ust_id_nr", "ust_ident_nr", "ust_nr", "ust_nummer", "mwst_nr", "mwst_nummer", "uid_nr", "uid_nummer", "firmenbuchnummer", "fn_nummer", "wirtschafts_id", "widnr",
        "versichertennummer", "versicherten_nr", "krankenversicherungsnummer", "krankenversicherung_nr", "kvnr", "kv_nummer", "kv_nr", "sv_nr", "rv_nummer", "rv_nr", "rvnr", "rentenversicherung_nr", "sozialversicherung_nr", "führerschein", "fuehrerschein", "führerschein_nr", "fuehrerschein_nr",
        "personalausweis", "personalausweis_nr", "perso_nr", "reisepass", "reisepass_nr", "pass_nr", "ahv_nummer", "ahv",
        // Sweden, Norway, Denmark, Finland.
        "organisationsnummer", "organisations_nr", "org_nr", "org_nummer", "*_orgnr", "organisasjonsnummer", "samordningsnummer", "cvr", "cvr_nr", "cvr_nummer", "y_tunnus", "ytunnus",
        // United Kingdom, Ireland.
        "company_number", "company_no", "company_reg_no", "company_reg_number", "company_registration", "company_registration_number", "company_registration_no", "companies_house_number", "companies_house_no", "charity_number", "paye_ref", "paye_reference", "nhs", "nhs_no", "nhs_nr",
        "*_nhs_number", "chi_number", "utr_number", "utr_no", "dvla_number", "vat_number", "vat_registration", "vat_registration_number", "vatin",
        // Australia, New Zealand.
        "abn", "abn_no", "abn_number", "*_abn", "acn", "acn_no", "acn_number", "*_acn", "arbn", "australian_company_number", "australian_business_number", "medicare", "medicare_card", "medicare_number", "medicare_card_no", "medicare_card_number", "medicare_irn", "*_tfn", "nzbn", "nhi_number",
        // India.
        "epic_number", "epic_id", "epic_card", "epic_card_no", "voter", "voter_card", "voter_card_no", "voter_no", "voter_number", "voter_id_number", "voter_id_card", "elector_id", "*_voter_id", "gst_number", "gst_no", "*_gstin", "udyam", "udyam_no", "corporate_identification_number",
        // Singapore.
        "uen", "uen_no", "uen_number", "*_uen", "entity_number", "entity_no", "unique_entity_number", "*_nric",
        // United States, Canada.
        "*_ein", "federal_tax_id", "federal_ein", "fed_tax_id", "fed_id", "employer_identification_number", "employer_identification", "employer_tax_id", "business_tax_id", "company_tax_id", "sin_number", "sin_no", "*_sin", "social_insurance_no", "business_number", "numero_assurance_sociale",
        // Poland, Italy, France, Spain, the Netherlands, Belgium.
        "nip", "numer_nip", "nr_nip", "nip_number", "nip_no", "*_nip", "numer_pesel", "nr_pesel", "*_pesel", "numer_regon", "nr_regon", "*_regon", "krs", "numer_krs", "nr_krs", "piva", "p_iva", "partita_iva", "numero_partita_iva", "num_partita_iva", "*_piva", "codice_iva", "rea", "numero_rea",
        "siren", "siret", "numero_siren", "numero_siret", "num_siren", "num_siret", "numero_tva", "num_tva", "tva_intracommunautaire", "tva_intra", "kvk", "kvk_nummer", "kvk_nr", "kvk_number", "btw_nummer", "btw_nr", "btw_id", "rsin", "*_bsn", "bsn_nr", "ondernemingsnummer", "kbo_nummer", "numero_entreprise", "numero_national", "num_national", "rijksregister_nr", "registre_national_no", "numero_iva",
        // Brazil.
        "*_cpf", "*_cnpj", "cnpj_empresa", "cpf_cliente", "cpf_titular", "cpf_pagador", "cnpj_pagador", "cnpj_no", "nro_cnpj", "numero_cpf", "numero_cnpj",
    ]),
    (Device, &[
        "*_vin", "*_imei", "*_imsi", "*_iccid", "vehicle_registration", "vehicle_registration_number", "vehicle_registration_no", "vehicle_registration_mark", "vehicle_reg", "vehicle_reg_no", "vehicle_reg_number", "vehicle_no", "vehicle_number", "vehicle_plate", "registration_plate", "registration_plate_no", "registration_mark", "reg_plate", "car_registration", "car_reg", "car_reg_no", "car_plate",
        "number_plate_no", "numberplate", "licence_plate_number", "license_plate_number", "licence_plate_no", "license_plate_no", "plate_no", "plate_nr", "plate_num", "*_number_plate", "vrm", "*_vrm", "kfz", "kfz_nr", "amtliches_kennzeichen", "autokennzeichen", "fahrzeugkennzeichen", "nummernschild", "kontrollschild",
        "immatriculation", "plaque_immatriculation", "numero_immatriculation", "targa", "targa_veicolo", "matricula_vehiculo", "placa", "placa_vehiculo", "placa_veiculo", "kenteken", "kentekennummer", "numer_rejestracyjny", "nr_rejestracyjny", "tablica_rejestracyjna", "registreringsnummer", "reg_nr", "rekisterinumero",
    ]),
    (Secret, &["access_key_id", "*_access_key_id", "square_application_id", "plaid_secret"]),
    (Account, &[
        "*_bsb", "bsbs", "aba_routing", "*_aba_routing", "bank_routing", "*_ifsc", "*_sortcode", "ifsc_no", "ifsc_number", "bank_transit", "ca_transit", "canadian_transit", "branch_transit", "transit_institution", "sort_code_and_account", "sort_code_and_account_number", "sort_code_account", "sort_code_account_number", "uk_bank_details", "bank_details_uk", "rib", "codice_iban", "clabe", "clabe_interbancaria",
    ]),
];

/// Names that say little: the value counts only when it has the shape.
#[rustfmt::skip]
pub(crate) const SHAPED: &[(PiiClass, Shape, &[&str])] = &[
    (NationalId, Shape::Digits, &["epic", "sa_id", "registration_number", "registration_no", "reg_no", "reg_number", "register_number", "registernr"]),
    (Device, Shape::Plate, &["plate", "plates", "registration", "matricula", "vrn", "plaque", "plak", "plaka"]),
    (Geo, Shape::Coordinates, &["position", "pos", "point", "coords", "coordinate", "loc"]),
    (Account, Shape::Digits, &["institution_number", "institution_no", "bank_details", "bank_detail"]),
    (BirthDate, Shape::Age, &[
        "age", "age_years", "age_in_years", "ages", "customer_age", "client_age", "cust_age", "applicant_age", "borrower_age", "cardholder_age", "holder_age", "user_age", "person_age", "member_age", "insured_age", "subscriber_age", "employee_age", "spouse_age", "child_age", "patient_age",
        "beneficiary_age", "owner_age", "driver_age", "policyholder_age", "age_of_customer", "age_at_application", "current_age", "lebensalter", "alter_jahre", "kundenalter", "edad", "leeftijd", "wiek", "ålder", "idade", "âge",
    ]),
];
