using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Sites;

namespace Wardkeeper.Hub.Duties;

/// <summary>By what somebody is responsible.</summary>
public enum ResponsibleAs
{
    /// <summary>The ledger names the person.</summary>
    Owner,

    /// <summary>Head of the department that the ledger names.</summary>
    DepartmentHead,

    /// <summary>By the kind of finding: the information department, clinical engineering, whoever runs Wardkeeper.</summary>
    Duty,
}

/// <summary>Who is responsible for a finding: the owner in the ledger, else the head of the department, else the duty of its type.</summary>
/// <param name="As">By what.</param>
/// <param name="Of">The person, the department, or the duty's word.</param>
/// <param name="Mail">Where to write; null when nobody said.</param>
public sealed record Responsible(ResponsibleAs As, string Of, string? Mail)
{
    /// <summary>Finds out.</summary>
    /// <param name="person">Responsible person of the device, or null.</param>
    /// <param name="department">Responsible department of the device, or null.</param>
    /// <param name="duty">Duty of the type of finding.</param>
    /// <param name="site">Knows the addresses.</param>
    public static Responsible For(string? person, string? department, Duty duty, Site site)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (!string.IsNullOrWhiteSpace(person)) return new Responsible(ResponsibleAs.Owner, person, MailOf(site, "person", person) ?? (department is null ? null : MailOf(site, "department", department)));
        return string.IsNullOrWhiteSpace(department) ? new Responsible(ResponsibleAs.Duty, duty.Word(), MailOf(site, "duty", duty.Word())) : new Responsible(ResponsibleAs.DepartmentHead, department, MailOf(site, "department", department));
    }

    /// <summary>Where somebody is written to; null when nobody said.</summary>
    public static string? MailOf(Site site, string kind, string of)
    {
        ArgumentNullException.ThrowIfNull(site);
        return site.Contacts.FirstOrDefault(contact => contact.Kind == kind && string.Equals(contact.Of, of, StringComparison.OrdinalIgnoreCase))?.Mail;
    }
}
