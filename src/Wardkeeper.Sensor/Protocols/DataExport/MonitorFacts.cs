using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Ieee11073;

namespace Wardkeeper.Sensor.Protocols.DataExport;

/// <summary>What attributes in messages of a monitor say of it and whose it is at the moment. Guide, chapter 7.</summary>
internal sealed class MonitorFacts
{
    private const int BedLabel = 0x091E, PatientId = 0x095A, AlertsTechnical = 0x0902, AlertsPatient = 0x0904, NetworkAddress = 0xF100, Numeric = 0x0950, CompoundNumeric = 0x094B;
    private const int MostPatients = 4, Longest = 64;

    private readonly byte[] values = new byte[32];
    private readonly List<MaskedText> patients = [];
    private int numerics;
    private SystemAttributes? system;
    private string? bed;
    private long? technical, ofPatient;
    private MacAddress mac;
    private Address ip;

    /// <summary>Takes a list of attributes; false where it is malformed.</summary>
    public bool Take(ReadOnlySpan<byte> list, PatientMasker masker)
    {
        AttributeList attributes = new(list);
        bool isWell = true;
        while (attributes.Next())
        {
            ReadOnlySpan<byte> value = attributes.Value;
            switch (attributes.Id)
            {
                case BedLabel: bed = Text(value) ?? bed; break;
                case PatientId when Text(value) is { } patient: Patient(masker.Identifier(patient)); break;
                case AlertsTechnical when value.Length >= 2: technical = BinaryPrimitives.ReadUInt16BigEndian(value); break;
                case AlertsPatient when value.Length >= 2: ofPatient = BinaryPrimitives.ReadUInt16BigEndian(value); break;
                case NetworkAddress when value.Length >= 10: (mac, ip) = (MacAddress.Read(value), Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(value[6..]))); break;
                case Numeric or CompoundNumeric:
                    KeyedDigest.Add(values, value);
                    numerics++;
                    break;
                case 0x0928 or 0x092D or 0x0984 or 0x0986: isWell &= (system ??= new SystemAttributes()).Take(attributes.Id, value); break;
                default: break;
            }
        }
        return isWell && !attributes.IsCut;
    }

    /// <summary>The row with what is known.</summary>
    public DataExportExchange Describe(DataExportExchange row, PatientMasker masker) => row with
    {
        Values = numerics == 0 ? null : KeyedDigest.Close(values, masker),
        ValueCount = numerics == 0 ? null : numerics,
        System = system,
        Alarms = (technical ?? ofPatient) is null ? null : (technical ?? 0) + (ofPatient ?? 0),
        Vendor = system?.Vendor,
        Model = system?.ModelNumber,
        Serial = system?.Serial,
        Software = system?.Software ?? system?.Firmware,
        Hardware = system?.Hardware,
        TypeCode = system?.Code,
        BedLabel = bed,
        Mac = mac.IsNone && system is not null ? system.Mac : mac,
        Ip = ip,
        Patients = patients.Count == 0 ? null : patients,
    };

    private void Patient(MaskedText patient)
    {
        if (patients.Count < MostPatients && !patients.Contains(patient)) patients.Add(patient);
    }

    /// <summary>String: its length, then UTF-16 with zeros at the end.</summary>
    private static string? Text(ReadOnlySpan<byte> value)
    {
        SpanReader reader = new(value);
        ReadOnlySpan<byte> bytes = reader.Take(reader.U16());
        if (reader.Failed || bytes.Length < 2) return null;
        string text = Encoding.BigEndianUnicode.GetString(bytes[..Math.Min(bytes.Length & ~1, 2 * Longest)]).TrimEnd('\0').Trim();
        return text.Length == 0 ? null : text;
    }
}
