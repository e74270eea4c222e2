using System.Globalization;
using System.Xml.Linq;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.Sdc;

/// <summary>
/// The medical data information base of a provider (IEEE 11073-10207, participant model): one system with its maker's data, one
/// virtual device, one channel with its numeric metrics, the contexts of patient and place, and an alert system that can be switched. Nobody at the bed: no values.
/// </summary>
/// <param name="device">Whom it describes.</param>
internal sealed class Mdib(HospitalDevice device)
{
    private const string System = "mds0", Virtual = "vmd0", Channel = "ch0", Context = "sc0", PatientContext = "pc0", LocationContext = "lc0", AlertSystem = "as0", Control = "sco0";

    /// <summary>Handle of the operation that switches the alert system.</summary>
    public const string AlertOperation = "op.as0";

    private static readonly string[] Activations = ["On", "Psd", "Off"];

    // ISO/IEEE 11073-10101: MDC_DEV_SYS_PT_VENT_MDS, MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS, MDC_ID_PROD_SPEC_SW.
    private const string Ventilator = "70001", Monitor = "69965", SoftwareRevision = "531975";

    private readonly IReadOnlyList<PlanRow> metrics = PlanTable.Read(device.Type == "ventilator" ? "ventilation" : "vitals");
    private int transactions;
    private volatile string alarms = "On";
    private readonly string sequence = SdcNames.Uuid(SdcNames.EndpointOf(device) + "/mdib");

    /// <summary>Activation of the alert system: <c>On</c>, <c>Psd</c> (paused) or <c>Off</c>.</summary>
    public string Alarms => alarms;

    /// <summary>Switches the alert system as asked; answer to SetAlertState (IEEE 11073-10207, set service).</summary>
    public XElement SetAlarms(XElement asked, Bedside? bedside)
    {
        XElement? proposed = asked.Element(SdcNames.Message + "ProposedAlertState");
        string? activation = proposed?.Attribute("ActivationState")?.Value;
        bool isDone = asked.Element(SdcNames.Message + "OperationHandleRef")?.Value.Trim() == AlertOperation && proposed?.Attribute("DescriptorHandle")?.Value == AlertSystem && Activations.Contains(activation);
        if (isDone) alarms = activation!;
        return Answer("SetAlertStateResponse", bedside, new XElement(
            SdcNames.Message + "InvocationInfo", new XElement(SdcNames.Message + "TransactionId", Interlocked.Increment(ref transactions)), new XElement(SdcNames.Message + "InvocationState", isDone ? "Fin" : "Fail")));
    }

    /// <summary>What asks a provider to switch its alert system.</summary>
    public static XElement AskAlarms(string activation) => new(
        SdcNames.Message + "SetAlertState",
        new XElement(SdcNames.Message + "OperationHandleRef", AlertOperation),
        new XElement(SdcNames.Message + "ProposedAlertState", Type("AlertSystemState"), new XAttribute("DescriptorHandle", AlertSystem), new XAttribute("ActivationState", activation)));

    /// <summary>Answer to GetMdDescription.</summary>
    public XElement Description(Bedside? bedside) => Answer("GetMdDescriptionResponse", bedside, new XElement(
        SdcNames.Message + "MdDescription",
        new XAttribute("DescriptionVersion", 0),
        Element(
            "Mds", new XAttribute("Handle", System), Coded("Type", device.Type == "ventilator" ? Ventilator : Monitor),
            Element("ProductionSpecification", Coded("SpecType", SoftwareRevision), Element("ProductionSpec", device.SoftwareVersion)),
            Element("AlertSystem", new XAttribute("Handle", AlertSystem)),
            Element("Sco", new XAttribute("Handle", Control), Element("Operation", Type("SetAlertStateOperationDescriptor"), new XAttribute("Handle", AlertOperation), new XAttribute("OperationTarget", AlertSystem))),
            Element("MetaData", Element("Manufacturer", device.Vendor), Element("ModelName", device.Model), Element("SerialNumber", device.Serial)),
            Element("SystemContext", new XAttribute("Handle", Context), Element("PatientContext", new XAttribute("Handle", PatientContext)), Element("LocationContext", new XAttribute("Handle", LocationContext))),
            Element("Vmd", new XAttribute("Handle", Virtual), Element("Channel", new XAttribute("Handle", Channel), metrics.Select(Metric))))));

    /// <summary>Answer to GetMdState.</summary>
    public XElement State(Bedside? bedside) => Answer("GetMdStateResponse", bedside, new XElement(
        SdcNames.Message + "MdState",
        new XAttribute("StateVersion", Version(bedside)),
        StateOf("MdsState", System, new XAttribute("ActivationState", bedside is null ? "StndBy" : "On")),
        StateOf("VmdState", Virtual), StateOf("ChannelState", Channel), StateOf("SystemContextState", Context),
        StateOf("AlertSystemState", AlertSystem, new XAttribute("ActivationState", alarms)), StateOf("ScoState", Control),
        bedside is null ? null : PatientState(bedside.Patient),
        device.Bed is null ? null : LocationState(device.Bed),
        metrics.Select(metric => Measured(metric, bedside))));

    private XElement Answer(string name, Bedside? bedside, XElement content) => new(SdcNames.Message + name, new XAttribute("MdibVersion", Version(bedside)), new XAttribute("SequenceId", sequence), content);

    private static int Version(Bedside? bedside) => bedside?.Version ?? 0;

    private static XElement Metric(PlanRow row) => Element(
        "Metric", Type("NumericMetricDescriptor"), new XAttribute("Handle", HandleOf(row)), new XAttribute("MetricCategory", "Msrmt"), new XAttribute("MetricAvailability", "Cont"),
        new XAttribute("Resolution", row.Number("decimals") == 0 ? "1" : "0.1"), Coded("Type", row["code"], row["reference"]), Coded("Unit", row["unit"], row["unit-reference"]));

    private static XElement Measured(PlanRow row, Bedside? bedside)
    {
        if (bedside is null) return StateOf("NumericMetricState", HandleOf(row), new XAttribute("ActivationState", "StndBy"));
        decimal low = decimal.Parse(row["low"], CultureInfo.InvariantCulture), high = decimal.Parse(row["high"], CultureInfo.InvariantCulture);
        Dice dice = new(0, string.Create(CultureInfo.InvariantCulture, $"{bedside.Patient.Id}/{bedside.At:O}/{row["code"]}"));
        decimal value = low + ((high - low) * dice.Between(0, 1000) / 1000);
        return StateOf("NumericMetricState", HandleOf(row), new XAttribute("ActivationState", "On"), Element(
            "MetricValue",
            new XAttribute("Value", value.ToString("F" + row["decimals"], CultureInfo.InvariantCulture)),
            new XAttribute("DeterminationTime", new DateTimeOffset(bedside.At, TimeSpan.Zero).ToUnixTimeMilliseconds()),
            Element("MetricQuality", new XAttribute("Validity", "Vld"))));
    }

    private static XElement PatientState(HospitalPatient patient) => StateOf(
        "PatientContextState", PatientContext, new XAttribute("Handle", $"{PatientContext}.{patient.Id}"), new XAttribute("ContextAssociation", "Assoc"),
        Element("Identification", new XAttribute("Extension", patient.Id)),
        Element(
            "CoreData", Element("Givenname", patient.Given), Element("Familyname", patient.Family), Element("Sex", patient.Sex),
            Element("DateOfBirth", patient.Birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));

    private XElement LocationState(string bed) => StateOf(
        "LocationContextState", LocationContext, new XAttribute("Handle", LocationContext + ".0"), new XAttribute("ContextAssociation", "Assoc"),
        Element("LocationDetail", new XAttribute("PoC", device.Department.Key), new XAttribute("Bed", bed)));

    private static string HandleOf(PlanRow row) => "m." + row["code"];

    private static XElement StateOf(string type, string handle, params object[] content) => Element("State", [Type(type), new XAttribute("DescriptorHandle", handle), .. content]);

    private static XElement Coded(string name, string code, string? reference = null) =>
        Element(name, new XAttribute("Code", code), reference is null ? new XAttribute("CodingSystem", "urn:oid:1.2.840.10004.1.1.1.0.0.1") : new XAttribute("SymbolicCodeName", reference));

    private static XAttribute Type(string name) => new(SdcNames.Instance + "type", "pm:" + name);

    private static XElement Element(string name, params object[] content) => new(SdcNames.Participant + name, content);
}
