using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Services.Network;

/// <summary>
/// What a device's agent says that it is (SNMPv2-MIB, RFC 3418). The texts have the form that each maker's agents use; enterprise
/// numbers are IANA's. Where the arc of the product below the enterprise is not known, it is 1.
/// </summary>
/// <param name="Description">sysDescr, one line.</param>
/// <param name="ObjectId">sysObjectID.</param>
internal sealed record SnmpIdentity(string Description, string ObjectId)
{
    private const string Enterprises = "1.3.6.1.4.1.";

    /// <summary>The agent of a device.</summary>
    public static SnmpIdentity Of(HospitalDevice device) => device switch
    {
        { Type: "printer", Vendor: "HP" } => New($"HP ETHERNET MULTI-ENVIRONMENT,SN:{device.Serial},FN:{device.AssetTag},SVCID:00000,PID:HP {device.Model}", "11.2.3.9.1"),
        { Type: "printer", Vendor: "Brother" } => New($"Brother NC-8200h, Firmware Ver.{device.SoftwareVersion} ,MID 84UC07", "2435.2.3.9.1"),
        { Type: "printer", Vendor: "Ricoh" } => New($"RICOH {device.Model} {device.SoftwareVersion} / RICOH Network Printer C model", "367.1.1"),
        { Vendor: "APC" } => New($"APC Web/SNMP Management Card (MB:v3.9.2 PF:{device.SoftwareVersion} PN:apc_hw02_aos.bin AF1:{device.SoftwareVersion} AN1:apc_hw02_sumx.bin MN:{device.Model} HR:A10 SN: {device.Serial} MD:06/09/2006) (Embedded PowerNet SNMP Agent SW v2.2 compatible)", "318.1.3.27"),
        { Vendor: "Huawei" } => New($"Huawei Versatile Routing Platform Software VRP (R) software, Version 5.170 ({device.Model} {device.SoftwareVersion}) HUAWEI {device.Model}", "2011.1"),
        { Vendor: "H3C" } => New($"H3C Comware Platform Software, Software Version {device.SoftwareVersion} H3C {device.Model}", "25506.1"),
        { Vendor: "Ruijie" } => New($"Ruijie {device.Model} {device.SoftwareVersion} By Ruijie Networks", "4881.1"),
        { Vendor: "Moxa" } => New(device.Model, "8691.1"),
        { Vendor: "Lantronix" } => New($"Lantronix {device.Model} V{device.SoftwareVersion}", "244.1"),
        { Type: "server" } => New($"Linux {device.HostName} {(device.SoftwareVersion.StartsWith("Debian 11", StringComparison.Ordinal) ? "5.10.0-28-amd64" : "6.1.0-18-amd64")} #1 SMP PREEMPT_DYNAMIC Debian x86_64", "8072.3.2.10"),
        _ => New($"{device.Vendor} {device.Model} {device.SoftwareVersion}", "8072.3.2.10"),
    };

    private static SnmpIdentity New(string description, string arc) => new(description, Enterprises + arc);
}
