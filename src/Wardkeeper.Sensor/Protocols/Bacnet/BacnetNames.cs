namespace Wardkeeper.Sensor.Protocols.Bacnet;

/// <summary>The standard's names. ANSI/ASHRAE 135, clause 21 and Annex J.</summary>
internal static class BacnetNames
{
    public static readonly NameTable Functions = new("function",
        "bvlc-result write-broadcast-distribution-table read-broadcast-distribution-table read-broadcast-distribution-table-ack forwarded-npdu register-foreign-device "
        + "read-foreign-device-table read-foreign-device-table-ack delete-foreign-device-table-entry distribute-broadcast-to-network original-unicast-npdu original-broadcast-npdu secure-bvll");

    public static readonly NameTable NetworkMessages = new("network-message",
        "who-is-router-to-network i-am-router-to-network i-could-be-router-to-network reject-message-to-network router-busy-to-network router-available-to-network "
        + "initialize-routing-table initialize-routing-table-ack establish-connection-to-network disconnect-connection-to-network challenge-request security-payload "
        + "security-response request-key-update update-key-set update-distribution-key request-master-key set-master-key what-is-network-number network-number-is");

    public static readonly NameTable Confirmed = new("service",
        "acknowledge-alarm confirmed-cov-notification confirmed-event-notification get-alarm-summary get-enrollment-summary subscribe-cov atomic-read-file atomic-write-file "
        + "add-list-element remove-list-element create-object delete-object read-property read-property-conditional read-property-multiple write-property write-property-multiple "
        + "device-communication-control confirmed-private-transfer confirmed-text-message reinitialize-device vt-open vt-close vt-data authenticate request-key read-range "
        + "life-safety-operation subscribe-cov-property get-event-information subscribe-cov-property-multiple confirmed-cov-notification-multiple confirmed-audit-notification audit-log-query");

    public static readonly NameTable Unconfirmed = new("unconfirmed-service",
        "i-am i-have unconfirmed-cov-notification unconfirmed-event-notification unconfirmed-private-transfer unconfirmed-text-message time-synchronization who-has who-is "
        + "utc-time-synchronization write-group unconfirmed-cov-notification-multiple unconfirmed-audit-notification who-am-i you-are");

    public static readonly NameTable Rejects = new("reason",
        "other buffer-overflow inconsistent-parameters invalid-parameter-data-type invalid-tag missing-required-parameter parameter-out-of-range too-many-arguments "
        + "undefined-enumeration unrecognized-service");

    public static readonly NameTable Aborts = new("reason",
        "other buffer-overflow invalid-apdu-in-this-state preempted-by-higher-priority-task segmentation-not-supported security-error insufficient-security "
        + "window-size-out-of-range application-exceeded-reply-time out-of-resources tsm-timeout apdu-too-long");

    public static readonly NameTable ErrorClasses = new("class", "device object property resources security services vt communication");

    public static readonly NameTable ErrorCodes = new("code",
        "other authentication-failed configuration-in-progress device-busy dynamic-creation-not-supported file-access-denied incompatible-security-levels inconsistent-parameters "
        + "inconsistent-selection-criterion invalid-data-type invalid-file-access-method invalid-file-start-position invalid-operator-name invalid-parameter-data-type "
        + "invalid-time-stamp key-generation-error missing-required-parameter no-objects-of-specified-type no-space-for-object no-space-to-add-list-element "
        + "no-space-to-write-property no-vt-sessions-available property-is-not-a-list object-deletion-not-permitted object-identifier-already-exists operational-problem "
        + "password-failure read-access-denied security-not-supported service-request-denied timeout unknown-object unknown-property - unknown-vt-class unknown-vt-session "
        + "unsupported-object-type value-out-of-range vt-session-already-closed vt-session-termination-failure write-access-denied character-set-not-supported invalid-array-index "
        + "cov-subscription-failed not-cov-property optional-functionality-not-supported invalid-configuration-data datatype-not-supported duplicate-name duplicate-object-id "
        + "property-is-not-an-array");

    public static readonly NameTable ReinitializedStates = new("state", "coldstart warmstart start-backup end-backup start-restore end-restore abort-restore activate-changes");

    public static readonly NameTable Communication = new("state", "enable disable disable-initiation");

    public static readonly NameTable ObjectTypes = new("object-type",
        "analog-input analog-output analog-value binary-input binary-output binary-value calendar command device event-enrollment file group loop multi-state-input "
        + "multi-state-output notification-class program schedule averaging multi-state-value trend-log life-safety-point life-safety-zone accumulator pulse-converter event-log "
        + "global-group trend-log-multiple load-control structured-view access-door timer access-credential access-point access-rights access-user access-zone "
        + "credential-data-input network-security bitstring-value characterstring-value datepattern-value date-value datetimepattern-value datetime-value integer-value "
        + "large-analog-value octetstring-value positive-integer-value timepattern-value time-value notification-forwarder alert-enrollment channel lighting-output "
        + "binary-lighting-output network-port elevator-group escalator lift staging audit-log audit-reporter color color-temperature");

    private static readonly NameTable PropertyTable = new("property",
        "acked-transitions ack-required action action-text active-text active-vt-sessions alarm-value alarm-values all all-writes-successful apdu-segment-timeout apdu-timeout "
        + "application-software-version archive bias change-of-state-count change-of-state-time notification-class - controlled-variable-reference controlled-variable-units "
        + "controlled-variable-value cov-increment date-list daylight-savings-status deadband derivative-constant derivative-constant-units description description-of-halt "
        + "device-address-binding device-type effective-period elapsed-active-time error-limit event-enable event-state event-type exception-schedule fault-values feedback-value "
        + "file-access-method file-size file-type firmware-revision high-limit inactive-text in-process instance-of integral-constant integral-constant-units - limit-enable "
        + "list-of-group-members list-of-object-property-references - local-date local-time location low-limit manipulated-variable-reference maximum-output "
        + "max-apdu-length-accepted max-info-frames max-master max-pres-value minimum-off-time minimum-on-time minimum-output min-pres-value model-name modification-date "
        + "notify-type number-of-apdu-retries number-of-states object-identifier object-list object-name object-property-reference object-type optional out-of-service "
        + "output-units event-parameters polarity present-value priority priority-array priority-for-writing process-identifier program-change program-location program-state "
        + "proportional-constant proportional-constant-units - protocol-object-types-supported protocol-services-supported protocol-version read-only reason-for-halt - "
        + "recipient-list reliability relinquish-default required resolution segmentation-supported setpoint setpoint-reference state-text status-flags system-status time-delay "
        + "time-of-active-time-reset time-of-state-count-reset time-synchronization-recipients units update-interval utc-offset vendor-identifier vendor-name vt-classes-supported "
        + "weekly-schedule attempted-samples average-value buffer-size client-cov-increment cov-resubscription-interval - event-time-stamps log-buffer log-device-object-property "
        + "enable log-interval maximum-value minimum-value notification-threshold - protocol-revision records-since-notification record-count start-time stop-time stop-when-full "
        + "total-record-count valid-samples window-interval window-samples maximum-value-timestamp minimum-value-timestamp variance-value active-cov-subscriptions "
        + "backup-failure-timeout configuration-files database-revision direct-reading last-restore-time maintenance-required member-of mode operation-expected setting silenced "
        + "tracking-value zone-members life-safety-alarm-values max-segments-accepted profile-name");

    /// <summary>A property's name.</summary>
    public static string Property(long number) => number switch
    {
        196 => "last-restart-reason",
        203 => "time-of-device-restart",
        209 => "structured-object-list",
        210 => "subordinate-annotations",
        211 => "subordinate-list",
        371 => "property-list",
        372 => "serial-number",
        _ => PropertyTable.Of(number),
    };

    /// <summary>What the virtual link answers. Annex J.2.1.</summary>
    public static string LinkResult(int code) => code switch
    {
        0x0000 => "success",
        0x0010 => "write-broadcast-distribution-table-nak",
        0x0020 => "read-broadcast-distribution-table-nak",
        0x0030 => "register-foreign-device-nak",
        0x0040 => "read-foreign-device-table-nak",
        0x0050 => "delete-foreign-device-table-entry-nak",
        0x0060 => "distribute-broadcast-to-network-nak",
        _ => "result-" + code.ToString("x4", System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Makers that buildings meet, by the number that ASHRAE gave them; null for others.</summary>
    public static string? Vendor(long number) => number switch
    {
        0 => "ASHRAE",
        2 => "Trane",
        3 => "Daikin Applied",
        5 => "Johnson Controls",
        6 => "American Auto-Matrix",
        7 or 9 or 22 or 313 => "Siemens",
        8 => "Delta Controls",
        10 or 335 => "Schneider Electric",
        11 or 19 => "TAC",
        13 => "Teletrol Systems",
        14 => "Cimetrics",
        16 => "Carrier",
        17 or 312 or 333 => "Honeywell",
        18 => "Alerton",
        20 => "Hewlett-Packard",
        23 => "York Controls",
        24 => "Automated Logic",
        26 => "Phoenix Controls",
        28 => "KMC Controls",
        32 => "Simplex",
        34 => "Notifier",
        35 => "Reliable Controls",
        36 => "Tridium",
        37 => "FieldServer Technologies",
        39 => "Kieback & Peter",
        42 => "Acuity Brands Lighting",
        53 => "Daikin Industries",
        56 => "Liebert",
        59 => "Triatek",
        77 => "Carel",
        79 => "Hochiki",
        80 => "Sauter",
        82 or 99 or 434 => "Mitsubishi Electric",
        89 => "Saia-Burgess Controls",
        91 => "Trend Control Systems",
        98 => "Toshiba",
        105 => "Priva",
        111 => "Leviton Manufacturing",
        112 => "Fujitsu",
        113 => "Emerson Network Power",
        127 or 808 => "ABB",
        141 => "Yaskawa America",
        142 => "DEOS control systems",
        150 => "Advantech",
        154 => "Unitec Corporation",
        160 => "Rockwell Automation",
        171 => "Cylon Controls",
        176 => "Lutron Electronics",
        178 => "LOYTEC Electronics",
        188 => "Lynxspring",
        190 => "Danfoss Drives",
        191 => "Eaton",
        196 => "Yokogawa Electric",
        219 => "Aircuity",
        222 => "WAGO Kontakttechnik",
        226 => "Phoenix Contact",
        227 => "Grundfos",
        245 => "Contemporary Control Systems",
        246 => "Intesis Software",
        251 => "WILO",
        255 => "Lennox International",
        260 => "BACnet Stack at SourceForge",
        293 => "Critical Room Control",
        294 => "Legrand",
        300 => "Swegon",
        316 => "Janitza Electronics",
        329 => "TROX",
        332 or 364 => "Distech Controls",
        339 => "Vaisala",
        351 => "Setra Systems",
        377 => "Accutrol",
        378 => "Schneider Elektronik",
        388 => "Carlo Gavazzi Controls",
        389 => "Chipkin Automation Systems",
        396 => "Thermokon Sensortechnik",
        415 => "Beckhoff Automation",
        423 => "Belimo Automation",
        432 => "LG Electronics",
        435 => "Delta Electronics",
        486 => "HMS Industrial Networks",
        529 => "GE Intelligent Platforms",
        539 => "NEC",
        543 => "BeaconMedaes",
        546 => "Kamstrup",
        562 => "Crestron Electronics",
        591 => "Socomec",
        600 => "Horner APG",
        607 => "Dwyer Instruments",
        675 => "Tek-Air Systems",
        801 => "Philips Lighting",
        _ => null,
    };
}
