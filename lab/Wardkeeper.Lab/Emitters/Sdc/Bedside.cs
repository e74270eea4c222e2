using System.Runtime.CompilerServices;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.Sdc;

/// <summary>Whose values a provider measures. A real one has its patient at the end of a cable; in the lab, who plans an event lays the patient there.</summary>
/// <param name="Patient">Who lies there.</param>
/// <param name="At">When the values were measured.</param>
/// <param name="Version">How often it changed.</param>
internal sealed record Bedside(HospitalPatient Patient, DateTime At, int Version)
{
    // By host, which lives as long as its hospital: two hospitals in one process do not share patients.
    private static readonly ConditionalWeakTable<HostNamespace, Bedside> Beds = [];
    private static readonly Lock Gate = new();

    /// <summary>Lays a patient at a device, or lets time pass for the one who lies there.</summary>
    public static void Lay(HostNamespace host, HospitalPatient patient, DateTime at)
    {
        lock (Gate) Beds.AddOrUpdate(host, new(patient, at, (Of(host)?.Version ?? 0) + 1));
    }

    /// <summary>Who lies at a device, or null.</summary>
    public static Bedside? Of(HostNamespace host)
    {
        lock (Gate) return Beds.TryGetValue(host, out Bedside? bedside) ? bedside : null;
    }
}
