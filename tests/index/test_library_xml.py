"""What EndNote and Zotero write as XML."""

import io

from index.papers import Paper
from index.readers import Record, endnote_xml, zotero_rdf
from index.readers.records import Source

ENDNOTE = """<?xml version="1.0" encoding="UTF-8" ?><xml><records><record><rec-number>3</rec-number>
<ref-type name="Journal Article">17</ref-type><contributors><authors><author><style face="normal">Moss, Ada</style>
</author></authors></contributors><titles><title><style face="normal">Moss on </style><style face="italic">roofs</style>
</title><secondary-title><style>Urban Botany</style></secondary-title></titles><dates><year><style>2019</style></year>
</dates><abstract><style>We cover 12 roofs with moss.</style></abstract>
<electronic-resource-num><style>10.5555/moss.1</style></electronic-resource-num></record></records></xml>"""
ZOTERO = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/">
<bib:Article rdf:about="#item_1"><z:itemType>journalArticle</z:itemType>
<dcterms:isPartOf rdf:resource="urn:issn:1111-1111"/>
<bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Moss</foaf:surname><foaf:givenName>Ada</foaf:givenName>
</foaf:Person></rdf:li></rdf:Seq></bib:authors>
<dc:title>Moss on roofs</dc:title><dcterms:abstract>We cover 12 roofs with moss.</dcterms:abstract><dc:date>2019-05</dc:date>
</bib:Article>
<bib:Journal rdf:about="urn:issn:1111-1111"><dc:title>Urban Botany</dc:title><dc:identifier>DOI 10.5555/moss.1</dc:identifier>
</bib:Journal>
<z:Attachment rdf:about="#item_2"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>
<bib:Book rdf:about="#item_3"><z:itemType>book</z:itemType><dc:title>A second work</dc:title>
<dcterms:abstract>It tells of ferns.</dcterms:abstract></bib:Book>
</rdf:RDF>"""
MOSS = Paper.from_source(
    "Moss on roofs",
    "We cover 12 roofs with moss.",
    authors=["Ada Moss"],
    year=2019,
    venue="Urban Botany",
    doi="10.5555/moss.1",
)


def test_a_record_of_endnote_is_read_through_its_styles() -> None:
    assert endnote_xml.recognises(ENDNOTE)
    assert list(endnote_xml.read(Source(io.BytesIO(ENDNOTE.encode()), "x"))) == [Record(MOSS, "x", 1)]


def test_an_item_of_zotero_has_the_journal_that_follows_it_and_attachments_are_no_papers() -> None:
    assert zotero_rdf.recognises(ZOTERO)
    read = list(zotero_rdf.read(Source(io.BytesIO(ZOTERO.encode()), "x")))
    papers = [each.paper for each in read if isinstance(each, Record)]
    assert papers == [MOSS, Paper.from_source("A second work", "It tells of ferns.")]
