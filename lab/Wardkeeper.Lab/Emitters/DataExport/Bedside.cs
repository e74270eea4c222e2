using System.Runtime.CompilerServices;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>What a monitor knows of its bed: who lies there and what time of the planned day it is. Whoever plays the day keeps it up to date; the monitor only looks.</summary>
internal sealed class Bedside
{
    private static readonly ConditionalWeakTable<HostNamespace, Bedside> All = [];
    private readonly Lock gate = new();
    private (HospitalPatient Patient, DateTime At)? now;

    /// <summary>The patient and the time; null while nobody lies there.</summary>
    public (HospitalPatient Patient, DateTime At)? Now
    {
        get
        {
            lock (gate) return now;
        }
    }

    /// <summary>The bed of a monitor.</summary>
    public static Bedside Of(HostNamespace monitor) => All.GetOrCreateValue(monitor);

    /// <summary>Somebody lies there at this time.</summary>
    public void Set(HospitalPatient patient, DateTime at)
    {
        lock (gate) now = (patient, at);
    }
}
