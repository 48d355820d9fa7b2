using System.Reflection;
using System.Text;
using DlStore.TestKit;

namespace DlStore.Tests;

/// <summary>
/// What the library offers to others, as approved text: a change of it is seen, and meant (DLS_APPROVE=1 rewrites the file).
/// </summary>
public sealed class PublicApiTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_public_members_are_those_that_were_approved()
    {
        StringBuilder text = new();
        foreach (Type type in typeof(Repo).Assembly.GetExportedTypes().OrderBy(static t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(KindOf(type)).Append(' ').Append(NameOf(type)).Append('\n');
            string[] lines = [.. type.GetMembers(Declared).Where(static m => !IsMadeByCompiler(m)).Select(LineOf).OfType<string>()];
            foreach (string line in lines.Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        Golden.Approve("PublicApi", text.ToString());
    }

    private static string KindOf(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsSealed ? "sealed class"
        : type.IsAbstract ? "abstract class"
        : "class";

    /// <summary>What C# writes for every record: equality, copying, printing.</summary>
    private static bool IsMadeByCompiler(MemberInfo member) =>
        member.Name is "Equals"
            or "GetHashCode" or "ToString" or "<Clone>$" or "PrintMembers" or "EqualityContract" or "op_Equality" or "op_Inequality"
            or "Deconstruct" or "value__"
        || member is MethodInfo { IsSpecialName: true };

    private static string? LineOf(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsSeen(made) => $"new({Parameters(made)})",
        MethodInfo method when IsSeen(
            method) => $"{(method.IsStatic ? "static " : "")}{NameOf(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property when property.GetMethod is { } get && IsSeen(get) =>
            $"{(get.IsStatic ? "static " : "")}{NameOf(property.PropertyType)} {property.Name}{Setter(property.SetMethod)}",
        FieldInfo field when field.IsPublic || field.IsFamily =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{NameOf(field.FieldType)} {field.Name}",
        _ => null,
    };

    private static string Setter(MethodInfo? set) =>
        set is null || !IsSeen(set) ? ""
        : set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit))
            ? " { get; init; }"
        : " { get; set; }";

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Parameters(MethodBase method) =>
        string.Join(
            ", ", method.GetParameters().Select(static p => $"{NameOf(p.ParameterType)} {p.Name}{(p.IsOptional ? " = default" : "")}"));

    private static string NameOf(Type type) =>
        type.IsByRef ? "ref " + NameOf(type.GetElementType()!)
        : type.IsArray ? NameOf(type.GetElementType()!) + "[]"
        : Nullable.GetUnderlyingType(type) is { } inner ? NameOf(inner) + "?"
        : type.IsGenericType ? $"{Bare(type)[..Bare(type).IndexOf('`', StringComparison.Ordinal)]}<"
            + $"{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.IsGenericParameter ? type.Name
        : Bare(type);

    private static string Bare(Type type) => type.Namespace?.StartsWith("DlStore", StringComparison.Ordinal) == true
        ? type.FullName ?? type.Name : type.Name;
}
