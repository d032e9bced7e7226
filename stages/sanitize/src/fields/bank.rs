//! The built-in field policy for banks: field names and what they hold. One table, made to be read and extended.
//!
//! A pattern is a name in words (`customer_name` is also `customerName`, `CUSTOMER-NAME`, `customername`). `*_name` is any name that ends
//! with that word, `account.number` a name below another. The longest pattern that fits wins; the policy file comes before all of it.

use schemas::pii::PiiClass::{
    self, Account, Address, BirthDate, Card, Customer, Device, Email, Geo, Iban, Ip, Mac, Name, NationalId, Phone, Secret, Session, Ssn, User,
};

/// Fields that hold values of a class.
#[rustfmt::skip]
pub(crate) const SENSITIVE: &[(PiiClass, &[&str])] = &[
    (Name, &[
        "name", "*_name", "names", "*_names", "firstname", "lastname", "fullname", "surname", "*_surname", "forename", "given_names", "maiden",
        "initials", "customername", "username_full", "holder", "*_holder", "cardholder", "accountholder", "beneficiary", "*_beneficiary", "payee",
        "*_payee", "payer", "*_payer", "remitter", "creditor", "debtor", "recipient", "drawer", "drawee", "guarantor", "spouse", "signatory",
        "*_signatory", "contact_person", "nominee", "relationship_manager", "account_owner", "card_owner", "owner_full", "person", "full_name",
        "customer.first", "customer.last", "name.first", "name.last", "name.middle", "name.full", "signed_by", "next_of_kin", "ultimate_debtor",
        "ultimate_creditor", "nachname", "vorname", "crdhld", "nom", "prenom", "nom_client", "apellido", "apellidos", "nombre", "cognome", "nome", "imie", "nazwisko", "titular",
        "kontoinhaber", "karteninhaber", "kundenname", "kunde_name", "empfaenger", "empfänger", "auftraggeber", "titulaire", "beneficiaire", "naam", "achternaam", "voornaam", "efternamn", "fornamn",
    ]),
    (Card, &[
        "card", "pan", "*_pan", "card_number", "*_card_number", "cardnumber", "card_no", "card_num", "*_card_no", "ccnumber", "cc_number", "cc_num",
        "cc_no", "credit_card", "debit_card", "primary_account_number", "pan_hash", "hashed_pan", "card_hash", "card.number", "card.no", "payment_card", "de2", "de02", "visa",
        "mastercard", "amex", "first6", "first_six", "*_first6", "*_last4", "*_last_four",
    ]),
    (Iban, &[
        "iban", "*_iban", "ibans", "iban_number", "international_bank_account_number",
    ]),
    (Account, &[
        "account", "*_account", "acct", "*_acct", "accounts", "account_number", "*_account_number", "accountnumber", "account_no", "*_account_no",
        "account_num", "acct_no", "acct_num", "acct_number", "acc_no", "acc_number", "accno", "acno", "account_id", "*_account_id", "accountid",
        "acct_id", "account_ref", "account.number", "account.no", "account.id", "from_acct", "to_acct", "src_account", "dst_account",
        "source_account", "target_account", "debit_account", "credit_account", "loan_account", "loan_number", "bban", "nuban", "clabe",
        "sort_code_account", "kontonummer", "routing_account", "portfolio_number", "wallet_address", "safe_deposit_box",
        "mandate_reference", "mandate_id",
    ]),
    (Email, &[
        "email", "*_email", "e_mail", "mail", "*_mail", "emails", "email_address", "*_email_address", "emailaddress", "mail_address", "reply_to",
        "recipient_address",
    ]),
    (Phone, &[
        "phone", "*_phone", "telephone", "*_telephone", "tel", "mobile", "*_mobile", "msisdn", "*_msisdn", "cell", "cellphone", "fax",
        "phone_number", "*_phone_number", "phonenumber", "phone_no", "mobile_number", "mobile_no", "mobilenumber", "tel_no", "telephone_number",
        "contact_number", "whatsapp", "sms_to", "sms_recipient", "caller_id", "calling_number", "called_number", "phones",
        "telefon", "telefonnummer", "gsm", "handy", "handynummer", "telefono", "telefoon", "portable", "numero_telephone",
    ]),
    (Ssn, &[
        "ssn", "*_ssn", "social_security", "social_security_number", "socialsecuritynumber", "social_security_no", "ssn_number", "itin", "tin_ssn",
    ]),
    (NationalId, &[
        "national_id", "*_national_id", "nationalid", "nino", "ni_number", "national_insurance", "national_insurance_number", "tax_id", "*_tax_id",
        "taxid", "tin", "tax_number", "passport", "passport_number", "passport_no", "passportnumber", "*_passport", "driving_licence",
        "driver_license", "drivers_license", "driving_license", "licence_number", "license_number", "dl_number", "id_card", "id_card_number",
        "identity_number", "identity_card", "id_document", "document_number", "aadhaar", "pan_india", "nif", "nie", "dni", "codice_fiscale",
        "fiscal_code", "bsn", "pesel", "hetu", "personnummer", "cpf", "sin", "nhs_number", "voter_id", "curp", "mrz", "mrz1", "mrz2", "mrz3", "mrz_line", "mrz_line_1", "mrz_line_2", "mrz_line_3", "mrz_text", "rfc_id", "steuer_id", "ein",
        "government_id", "gov_id", "personal_code", "person_code", "identity_code", "id_code", "legal_id", "legal.id", "pan_gir_num", "pan_gir_no", "taxnum", "id_no", "id_num", "residence_permit", "resident_permit", "residence_permit_no", "resident_permit_no", "resident_registration_number", "nir", "insee", "steueridentifikationsnummer", "steuernummer", "ahv", "ahv_number", "avs", "avs_number", "cnpj", "cuit", "rut", "nric",
        "tfn", "abn", "acn", "medicare", "medicare_number", "sin_number", "social_insurance_number", "drivers_licence", "driver_licence", "licence_no", "license_no", "gstin",
        "pan_card", "pancard", "aadhar", "aadhaar_number", "ssn_or_tin", "vat_number", "nif_nie", "personalausweis", "ausweisnummer", "reisepass", "rijksregisternummer",
        "national_number", "identification_number", "npi", "mbi", "nhs", "personal_id", "personal_number", "citizen_id", "resident_id", "id_number",
    ]),
    (Address, &[
        "address", "*_address", "addr", "*_addr", "street", "*_street", "street_address", "streetaddress", "address_line", "property.line", "address.line", "addr.line", "address_line1",
        "address_line2", "address1", "address2", "addressline1", "addressline2", "line1", "line2", "house", "house_number", "house_no", "apartment",
        "postcode", "*_postcode", "post_code", "postal_code", "postalcode", "zip", "zipcode", "zip_code", "*_zip", "city", "*_city", "town",
        "suburb", "county", "place_of_birth", "birth_place", "birthplace", "residence", "home", "postal_address", "mailing_address",
        "plz", "postleitzahl", "ort", "strasse", "straße", "hausnummer", "adresse", "ville", "code_postal", "direccion", "calle", "ciudad", "indirizzo", "citta", "adres", "miasto",
        "ulica", "woonplaats", "adresa", "lakcim", "adresi", "zip4", "zip_plus4",
    ]),
    (BirthDate, &[
        "dob", "*_dob", "birth_date", "birthdate", "date_of_birth", "dateofbirth", "birthday", "*_birthday", "birth_day", "born", "*_birth_date",
        "*_date_of_birth", "geburtsdatum", "geburtstag", "date_naissance", "date_de_naissance", "fecha_nacimiento", "fecha_de_nacimiento", "data_di_nascita", "data_urodzenia",
        "geboortedatum", "birth_year", "year_of_birth", "yob", "birth.date", "birth.raw", "birth.value", "birth.text", 
    ]),
    (Ip, &[
        "ip", "*_ip", "ips", "ip_address", "*_ip_address", "ipaddress", "ip_addr", "*_ip_addr", "ipaddr", "ipv4", "ipv6", "client_ip", "clientip",
        "remote_addr", "remote_address", "remoteaddr", "remote_ip", "x_forwarded_for", "forwarded_for", "x_real_ip", "source_ip", "src_ip",
        "dst_ip", "peer_addr", "peer_address", "client_addr", "client_address", "true_client_ip",
    ]),
    (Mac, &[
        "mac", "*_mac", "mac_address", "*_mac_address", "macaddress", "mac_addr", "hwaddr", "hw_addr", "bssid", "bluetooth_address",
    ]),
    (Customer, &[
        "customer", "kunde", "kundennummer", "kundennr", "kunden_id", "customer_id", "*_customer_id", "customerid", "customer_no", "customer_number", "customer_ref", "customernumber", "cust",
        "cust_id", "custid", "cust_no", "cif", "cif_no", "cif_id", "cif_number", "cifid", "client_no", "client_number", "clientnumber", "party_id",
        "member_id", "member_no", "member_number", "subscriber_id", "customer.id", "customer.number", "customer.no", "customer.ref", "holder_id",
        "person_id", "pers_id", "pty_id", "ucic", "shopper_reference", "shopper_ref", "shopper_id", "buyer_id", "consumer_id", "applicant_id", "borrower_id", "payee_id", "beneficiary_id", "crn", "uci",
    ]),
    (Session, &[
        "session", "session_id", "*_session_id", "sessionid", "sessid", "sess_id", "sid", "jsessionid", "phpsessid", "session_key", "session.id",
        "session_ref", "*_session", "*_sid", "session_uuid", "session_guid", "session_handle", "session_cookie_id", "web_session", "user_session",
        "asp.net_sessionid", "cfid", "sitzung", "sitzungs_id", "id_session", "id_sesion", "sessione_id",
        "journey_id", "conversation_id",
    ]),
    (User, &[
        "user", "*_user", "username", "user_name", "*_username", "usernames", "userid", "user_id", "*_user_id", "uid", "login", "login_name",
        "login_id", "loginid", "logon", "logon_id", "principal_name", "remote_user", "subject_id", "upn", "sam_account_name",
        "user.id", "user.name", "user.login", "employee_id", "teller_id", "teller", "agent_id", "operator_id", "operator_name", "staff_id",
        "screen_name", "actor", "actor_id", "created_by", "updated_by", "modified_by", "approved_by", "initiated_by", "performed_by",
        "authorised_by", "authorized_by", "*_userid", "principal_id", "actor.alternate_id", "pernr", "logon_account", "dbusername", "usercode",
    ]),
    (Device, &[
        "device_id", "*_device_id", "deviceid", "device_uuid", "device.id", "device_fingerprint", "fingerprint_device", "device_serial",
        "device_token_id", "imei", "imsi", "iccid", "udid", "idfa", "idfv", "gaid", "adid", "advertising_id", "android_id", "installation_id",
        "install_id", "serial_number", "device_name", "machine_id", "meid", "vin",
        "*_imei", "*_imsi", "*_iccid", "*_meid", "*_vin", "*_idfa", "*_idfv", "*_gaid", "*_adid", "*_udid", "*_android_id", "*_advertising_id", "*_device_uuid",
        "*_device_fingerprint", "*_device_serial", "oaid", "rida", "tifa", "vaid", "ifa", "advertiser_id", "advertisement_id", "google_ad_id",
        "google_advertising_id", "apple_advertising_id", "identifier_for_advertising", "identifier_for_vendor", "vehicle_id",
        "vehicle_identification_no", "vehicle_vin", "chassis_no", "frame_number", "fahrzeug_identifizierungsnummer", "fin_vin", "numero_de_chassis",
        "sim_serial_number", "sim_id", "subscriber_identity", "subscriber_imsi", "device_guid",
        "device_key_id", "phone_id", "terminal_uuid", "browser_fingerprint", "browser_id", "visitor_id", "ssaid", "widevine_id",
        "vin_number", "chassis_number", "imei_number", "imsi_number", "esn", "handset_id", "sim_number", "license_plate", "licence_plate", "number_plate", "plate_number",
    ]),
    (Geo, &[
        "lat", "latitude", "lon", "lng", "longitude", "geo", "geo_point", "geolocation", "coordinates", "gps", "location", "latlng", "lat_lon",
        "geo_location", "*_lat", "*_latitude", "*_lon", "*_lng", "*_longitude", "lat_long", "latitude_longitude", "gps_position", "gps_coords", "coords",
        "geo_coordinates", "geo_position", "geo_pos", "geo_coords", "lonlat", "lnglat", "*_coordinates", "*_coords", "*_geo", "*_gps", "*_latlng",
        "geoloc", "location.lat", "location.lon", "last_known_location",
    ]),
    (Secret, &[
        "password", "*_password", "*_pwd", "*_pass", "*_pw", "pw", "pswd", "psw", "*_passwd", "*_passwort", "passw", "userpass", "pgpassword", "mysql_pwd", "passwd", "pwd", "passphrase", "passcode", "*_passcode", "new_password", "old_password", "pass", "secret",
        "*_secret", "secrets", "client_secret", "clientsecret", "token", "*_token", "tokens", "access_token", "accesstoken", "refresh_token",
        "refreshtoken", "id_token", "csrf", "csrf_token", "xsrf_token", "authorization", "proxy_authorization", "auth_header", "authtoken",
        "bearer", "jwt", "api_key", "apikey", "*_api_key", "x_api_key", "access_key", "*_access_key", "secret_key", "secretkey", "private_key",
        "privatekey", "signing_key", "encryption_key", "cookie", "cookies", "set_cookie", "credentials", "credential", "pin", "*_pin", "pin_block",
        "pinblock", "pin_hash", "pin_digest", "pin_number", "pincode_secret", "cvv", "cvv2", "cvc", "cvc2", "cid_code", "card_cvv", "card_cvc", "security_code",
        "card_verification", "otp", "*_otp", "one_time_password", "one_time_code", "totp", "mfa_code", "tan", "track1", "track2", "track_1",
        "track_2", "track_data", "track1_data", "track2_data", "magstripe", "de35", "de45", "de52", "security_answer", "secret_answer",
        "answer_secret", "passwort", "kennwort", "contrasena", "mot_de_passe", "senha", "wachtwoord", "memorable_word", "mothers_maiden_name", "mother_maiden_name", "signature_key", "connection_string", "keystore_password",
        "*_passphrase", "*_cvv", "*_cvc", "*_cvv2", "*_csc", "*_security_code", "*_cookie", "*_cookies", "*_api_secret", "api_secret", "*_apikey", "*_secret_key", "*_private_key", "*_signing_key",
        "*_encryption_key", "*_credentials", "*_card_expiry", "access_key_id", "*_access_key_id", "secret_access_key", "aws_key", "aws_secret", "gcp_key", "google_api_key", "stripe_key",
        "github_token", "gitlab_token", "slack_token", "webhook_secret", "ssh_key", "aspxauth", "*_aspxauth", "applicationcookie", "ltpatoken", "ltpatoken2", "smsession", "obssocookie", "iplanetdirectorypro", "fedauth", "rtfa", "pd_s_session_id", "pd_h_session_id", "mod_auth_openidc_session", "mellon_cookie", "mysapsso2", "remember_token", "rememberme", "kc_restart", "keycloak_identity", "ory_kratos_session", "next_auth_session_token", "authjs_session_token", "wordpress_logged_in", "xsrf", "asp_net_core_cookies", "expiry_card", "card_expiry", "expiry_date_card", "card_exp", "exp_month", "exp_year", "card.expiry", "card.exp",
    ]),
];

/// Fields that hold technical facts. A number or a time in them is kept without a look; text is searched for unmistakable values only.
#[rustfmt::skip]
pub(crate) const KEPT: &[&str] = &[
    // Time.
    "timestamp", "*_timestamp", "@timestamp", "time", "*_time", "ts", "date", "*_date", "datetime", "created_at", "logged_at", "*_at", "epoch",
    "*_epoch", "day", "hour", "month", "year", "timezone", "tz", "value_date", "booking_date",
    // Kind and outcome.
    "level", "log_level", "loglevel", "severity", "priority", "event", "*_event", "event_type", "event_name", "eventtype", "event_id", "action",
    "operation", "type", "*_type", "kind", "category", "status", "*_status", "status_code", "http_status", "code", "*_code", "error_code",
    "reason_code", "response_code", "result", "outcome", "success", "state", "*_state", "phase", "step", "stage", "channel", "transaction_type",
    "txn_type", "direction", "priority_code", "method", "http_method", "verb", "protocol", "scheme", "content_type", "encoding",
    // Amounts and measures.
    "amount", "*_amount", "amt", "balance", "*_balance", "currency", "*_currency", "ccy", "rate", "*_rate", "fee", "*_fee", "price", "total",
    "*_total", "count", "*_count", "quantity", "qty", "limit", "*_limit", "score", "*_score", "percent", "*_percent", "ratio", "interest",
    "principal_amount", "duration", "*_duration", "duration_ms", "elapsed", "elapsed_ms", "latency", "*_latency", "latency_ms", "took", "took_ms",
    "*_ms", "*_us", "*_ns", "*_seconds", "*_minutes", "timeout", "*_timeout", "ttl", "delay", "size", "*_size", "bytes", "*_bytes", "length",
    "*_length", "offset", "*_offset", "index", "sequence", "seq", "*_seq", "line", "lineno", "line_number", "column", "attempt",
    "attempts", "retry", "retries", "retry_count", "queue_depth", "depth", "width", "height", "cpu", "memory", "version", "*_version", "ver", "vrmf", "fw", "firmware", "revision",
    "build", "release", "schema_version", "port", "*_port", "pid", "tid", "ppid", "exit_code", "partition", "shard", "batch", "page", "per_page",
    // Traces: random numbers of a request (W3C trace context), nobody's.
    "trace_id", "traceid", "trace", "span_id", "spanid", "parent_span_id", "correlation_id", "correlationid", "x_correlation_id", "request_id", "*_request_id",
    "requestid", "traceparent", "x_b3_traceid", "x_b3_spanid", "dd.trace_id", "dd.span_id", "trace.id", "span.id",
    // Programs and machines.
    "logger", "logger_name", "class", "class_name", "classname", "function", "function_name", "method_name", "module", "module_name", "package",
    "package_name", "file", "file_name", "filename", "source_file", "thread", "thread_name", "threadname", "thread_id", "process", "process_name",
    "service", "service_name", "servicename", "service_id", "app", "app_name", "appname", "application", "application_name", "component",
    "component_name", "system", "system_name", "subsystem", "program", "host", "host_name", "hostname", "server", "server_name", "node",
    "node_name", "pod", "pod_name", "container", "container_name", "container_id", "namespace", "cluster", "cluster_name", "region", "zone", "env",
    "environment", "image", "image_name", "instance", "instance_id", "queue_name", "topic", "topic_name", "table", "table_name", "column_name",
    "field_name", "index_name", "object_ref.name", "involved_object.name", "metadata.name", "database_name", "db_name", "schema_name", "job_name", "task_name", "step_name", "stage_name", "activity_name",
    "workflow_name", "rule_name", "feature_name", "flag_name", "metric_name", "template_name", "product_name", "product", "product_id",
    "branch_name", "branch", "branch_id", "branch_code", "terminal_name", "terminal_id", "token_requestor_id", "atm_id", "bank_name", "merchant_name", "merchant_id",
    "merchant_category", "mcc", "brand_name", "display_name_app", "scheme_name", "currency_name", "country_name", "country", "country_code",
    "language", "locale", "os_name", "os", "os_version", "platform", "browser", "browser_name", "device_type", "device_model", "network_device_name", "model",
    "model_name", "manufacturer", "type_name", "status_name", "state_name", "channel_name", "route_name", "endpoint_name", "action_name",
    "operation_name", "api_name", "scope_name", "role_name", "role", "group_name", "profile_name", "policy_name", "exception_name", "error_name",
    "sort_by", "group_by", "order_by", "partition_by", "caused_by", "limited_by", "followed_by", "served_by", "powered_by", "replaced_by", "blocked_by", "superseded_by", "divided_by", "grouped_by", "sorted_by", "ordered_by", "scoped_by",
    "signal_name", "sender_bic", "bic", "swift", "bic_code", "swift_code", "token_type", "auth_type", "auth_method", "card_type", "card_brand",
    "card_scheme", "card_network", "account_type", "account_status", "customer_type", "customer_segment", "user_type", "user_role", "session_state",
    "session_status", "address_type", "phone_type", "email_type", "email_status", "email_verified", "phone_verified", "domain_name", "span_name",
    "name_space", "span_kind", "trace_flags", "secret_name", "bucket_name", "key_name", "password_policy", "password_expired", "pin_attempts",
    "pin_retry_count", "token_count", "tokens_used", "card_present", "otp_sent", "otp_status", "location_type", "city_code", "user_agent",
    "useragent", "event_version", "home_branch", "login_type", "login_method", "login_status", "login_result", "mail_server", "home_page",
    "session_timeout", "session_duration", "sid_type", "in_session", "active_session", "new_session", "is_session", "has_session", "max_session", "per_session",
    "logger_position", "cursor_position", "queue_position", "stream_position", "log_position", "chip_lat", "sms_sid", "message_sid", "call_sid", "recording_sid", "object_sid", "owner_sid", "group_sid", "domain_sid",
];

/// Parents of the elements of an ISO 8583 message, which have numbers for names.
#[rustfmt::skip]
pub(crate) const ELEMENT_PARENTS: &[&str] = &[
    "de", "data_elements", "iso8583", "iso_8583", "fields", "iso_fields", "elements", "bitmap", "isomsg", "iso_msg", "field", "data_element",
];

/// Words of parents whose `name` (or `id`) is no person's.
#[rustfmt::skip]
pub(crate) const THINGS: &[&str] = &[
    "service", "app", "application", "event", "file", "host", "server", "thread", "logger", "class", "method", "module", "process", "function",
    "component", "system", "product", "merchant", "bank", "branch", "job", "task", "step", "stage", "pod", "container", "node", "cluster",
    "kubernetes", "k8s", "image", "template", "rule", "metric", "feature", "topic", "queue", "table", "database", "db", "index", "os", "browser",
    "platform", "agent", "package", "scope", "resource", "span", "currency", "country", "region", "channel", "terminal", "atm", "api", "endpoint",
    "route", "exception", "error", "operation", "action", "activity", "workflow", "scheme", "library", "telemetry", "sdk", "log", "source",
    "namespace", "field", "column", "header", "parameter", "param", "property", "attribute", "tag", "label", "type", "status",
    "campaign", "offer", "plan", "pool", "plugin", "category", "segment", "list", "report", "form", "page", "view", "menu", "button", "section", "stream",
    "config", "variable", "cookie", "filter", "sensor", "alert", "check", "test", "suite", "scenario", "team", "department", "dept", "fund",
    "instrument", "dashboard", "chart", "widget", "theme", "font", "engine", "adapter", "connector", "listener", "bean", "schema", "catalog", "project",
    "repo", "repository", "domain", "pipeline", "release", "dataset", "bucket", "volume", "mount", "disk", "partition", "interface", "iface", "network", "subnet",
    "gateway", "proxy", "certificate", "cert", "zone", "datacenter", "calendar", "schedule", "trigger", "flow", "flag", "experiment", "variant", "cohort",
    "audience", "script", "command", "program", "consumer", "producer", "broker", "cache", "store", "deployment", "lambda", "bot", "environment", "env", "computer", "workstation", "machine",
];

/// Field names that carry another field's name beside its value: `{"key": "ssn", "value": "..."}`.
#[rustfmt::skip]
pub(crate) const NAMING_KEYS: &[&str] = &[
    "type", "key", "field", "kind", "attribute", "label", "name", "property", "param", "parameter", "id", "code", "doc_type", "document_type", "id_type", "column", "attribute_name",
    "field_name", "f", "fld", "prop", "entity_type", "object_type", "resource_type", "target_type", "subject_type", "aggregate_type", "changed", "changed_field", "changed_fields", "updated_field", "updated_fields", "modified_fields",
];
/// The value beside such a name.
#[rustfmt::skip]
pub(crate) const VALUE_KEYS: &[&str] = &[
    "value", "val", "values", "content", "data", "text", "v", "id", "identifier", "number", "no", "rejected", "rejected_value", "invalid_value", "actual", "got", "received", "given", "input", "old", "new", "old_value",
    "new_value", "before", "after", "previous", "current", "entity_id", "object_id", "resource_id", "target_id", "subject_id", "aggregate_id",
];

/// Names of the record's time, in order of preference.
#[rustfmt::skip]
pub(crate) const TIME_FIELDS: &[&str] = &[
    "timestamp", "time", "ts", "@timestamp", "date", "datetime", "created_at", "logged_at",
];
/// Names of the record's message, in order of preference.
#[rustfmt::skip]
pub(crate) const MESSAGE_FIELDS: &[&str] = &[
    "message", "msg", "text", "log", "body", "content", "description", "summary",
];
/// Names that identify the session, best first.
#[rustfmt::skip]
pub(crate) const SESSION_FIELDS: &[&str] = &[
    "session_id", "session.id", "sessionid", "session", "sess_id", "sessid", "session_key", "jsessionid", "sid", "journey_id", "conversation_id",
];
/// Names that identify the customer, best first. User names stand in where no customer is named.
#[rustfmt::skip]
pub(crate) const CUSTOMER_FIELDS: &[&str] = &[
    "customer_id", "customer.id", "customerid", "customer_no", "customer_number", "customer_ref", "customer.number", "customer.no", "customer.ref",
    "cust_id", "custid", "cust_no", "cif", "cif_no", "cif_id", "cif_number", "client_no", "client_number", "party_id", "member_id", "member_no",
    "customer", "cust", "user_id", "userid", "user.id", "username", "user", "login",
];
/// Names that identify the trace, best first.
#[rustfmt::skip]
pub(crate) const TRACE_FIELDS: &[&str] = &[
    "trace_id", "traceid", "trace.id", "dd.trace_id", "x_b3_traceid", "traceparent", "trace", "correlation_id", "correlationid", "x_correlation_id",
    "x_request_id",
];
